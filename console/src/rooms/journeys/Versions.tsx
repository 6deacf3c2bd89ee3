// Every version and what was done with the journey; two versions beside each other.
import { Anchor, Select, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked, DataTable, Empty, useFmt } from "~/kit";
import { diff } from "~/kit/diff";
import { deedsQuery, versionsQuery } from "./api";
import classes from "./journeys.module.css";
import { StateBadge } from "./StateBadge";

export default function Versions({ journey, text }: { journey: string; text: string }) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const versions = useQuery(versionsQuery(journey));
  const deeds = useQuery(deedsQuery(journey));
  const [left, setLeft] = useState<string | null>(null);
  return (
    <Stack gap="lg">
      <Asked of={versions} empty={<Empty title={t("versions.none")} />}>
        {(found) => {
          const chosen = found.find((one) => String(one.version) === left) ?? found[0];
          return (
            <>
              <DataTable
                label={t("tab.versions")}
                rows={found}
                rowKey={(one) => String(one.version)}
                columns={[
                  {
                    key: "version",
                    head: t("column.version"),
                    cell: (one) => (
                      <Anchor
                        component="button"
                        type="button"
                        onClick={() => setLeft(String(one.version))}
                      >
                        {fmt.number(one.version)}
                      </Anchor>
                    ),
                  },
                  {
                    key: "state",
                    head: t("column.state"),
                    cell: (one) => <StateBadge state={one.state} />,
                  },
                  {
                    key: "inside",
                    head: t("column.inside"),
                    align: "right",
                    cell: (one) => fmt.number(one.inside),
                  },
                  {
                    key: "at",
                    head: t("column.published"),
                    align: "right",
                    cell: (one) => fmt.dateTime(one.at),
                  },
                ]}
              />
              {chosen ? (
                <section>
                  <Title order={2} fz="lg" mb="xs">
                    {t("versions.against", { version: chosen.version })}
                  </Title>
                  <Select
                    label={t("versions.choose")}
                    maw={220}
                    mb="sm"
                    data={found.map((one) => String(one.version))}
                    value={String(chosen.version)}
                    onChange={setLeft}
                    allowDeselect={false}
                  />
                  <Difference before={chosen.text} after={text} />
                </section>
              ) : null}
            </>
          );
        }}
      </Asked>
      <section>
        <Title order={2} fz="lg" mb="xs">
          {t("versions.deeds")}
        </Title>
        <Asked of={deeds} empty={<Text c="dimmed">{t("versions.noDeeds")}</Text>}>
          {(found) => (
            <DataTable
              label={t("versions.deeds")}
              rows={found}
              rowKey={(one) => `${one.at}/${one.deed}`}
              columns={[
                {
                  key: "deed",
                  head: t("versions.deed"),
                  cell: (one) => t(`did.${one.deed as "publish"}`, { defaultValue: one.deed }),
                },
                {
                  key: "inside",
                  head: t("column.inside"),
                  align: "right",
                  cell: (one) => fmt.number(one.inside),
                },
                {
                  key: "at",
                  head: t("behind.at"),
                  align: "right",
                  cell: (one) => fmt.dateTime(one.at),
                },
              ]}
            />
          )}
        </Asked>
      </section>
    </Stack>
  );
}

function Difference({ before, after }: { before: string; after: string }) {
  const { t } = useTranslation("journeys");
  const lines = diff(before, after);
  if (lines.every((one) => one.sign === " ")) return <Text c="dimmed">{t("versions.same")}</Text>;
  return (
    <div
      className={`k-card ${classes.panel} ${classes.diff}`}
      role="region"
      aria-label={t("versions.diff")}
      tabIndex={0}
    >
      {lines.map((one, at) => (
        <div
          key={at}
          className={one.sign === "-" ? classes.gone : one.sign === "+" ? classes.came : ""}
        >
          {`${one.sign} ${one.text}`}
        </div>
      ))}
    </div>
  );
}
