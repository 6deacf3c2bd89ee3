// What the journey did: entries, goals, revenue, messages and leavings, version by version.
import { Anchor, SimpleGrid, Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DataTable, Empty, Figure, useFmt } from "~/kit";
import type { VersionNumbers } from "./api";
import type { Behind } from "./Behind";
import { useKindWord, useWayWord } from "./kinds";

interface Props {
  versions: VersionNumbers[];
  open: (behind: Behind) => void;
}

export default function Report({ versions, open }: Props) {
  const { t } = useTranslation("journeys");
  if (!versions.length) return <Empty title={t("report.none")}>{t("report.noneHelp")}</Empty>;
  return (
    <Stack gap="xl">
      {versions.map((one) => (
        <OfVersion key={one.version} version={one} open={open} />
      ))}
    </Stack>
  );
}

function OfVersion({ version, open }: { version: VersionNumbers; open: (one: Behind) => void }) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const kind = useKindWord();
  const way = useWayWord();
  const of = version.version;
  const number = (count: number, behind: Behind) =>
    count ? (
      <Anchor
        component="button"
        type="button"
        fz="inherit"
        onClick={() => open({ ...behind, version: of })}
      >
        {fmt.number(count)}
      </Anchor>
    ) : (
      fmt.number(0)
    );
  const revenue = Object.entries(version.revenue);
  const reasons = [
    ...Object.entries(version.refused).map(([reason, count]) => ({
      reason, count, figure: "refused" as const,
    })),
    ...Object.entries(version.left).map(([reason, count]) => ({
      reason, count, figure: "left" as const,
    })),
  ]; // prettier-ignore
  return (
    <section>
      <Title order={2} fz="lg" mb="sm">
        {t("report.version", { version: of })}
      </Title>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm" mb="md">
        <Figure
          label={t("figure.entered")}
          value={fmt.number(version.entered)}
          definition={t("report.enteredMeans")}
        />
        <Figure
          label={t("figure.waiting")}
          value={fmt.number(version.inside)}
          definition={t("report.insideMeans")}
        />
        <Figure
          label={t("figure.goals")}
          value={fmt.number(version.goals)}
          definition={t("report.goalsMeans")}
          note={version.entered ? fmt.percent(version.goals / version.entered) : undefined}
        />
        <Figure
          label={t("report.revenue")}
          value={revenue.map(([currency, minor]) => fmt.money(minor, currency)).join(" · ") || "–"}
          definition={t("report.revenueMeans")}
        />
      </SimpleGrid>
      <Stack gap="md">
        <DataTable
          label={t("report.steps")}
          rows={version.steps}
          rowKey={(one) => one.key}
          columns={[
            { key: "step", head: t("publish.step"), cell: (one) => `${one.key}` },
            { key: "kind", head: t("report.kind"), wide: true, cell: (one) => kind(one.kind) },
            {
              key: "came",
              head: t("figure.came"),
              align: "right",
              cell: (one) => number(one.came, { figure: "came", step: one.key }),
            },
            {
              key: "here",
              head: t("figure.waiting"),
              align: "right",
              cell: (one) => number(one.waiting, { figure: "waiting", step: one.key }),
            },
            {
              key: "messages",
              head: t("report.messages"),
              wide: true,
              cell: (one) =>
                Object.entries(one.messages)
                  .map(([outcome, count]) => `${way(outcome)} ${fmt.number(count)}`)
                  .join(" · ") || "–",
            },
          ]}
        />
        {reasons.length ? (
          <DataTable
            label={t("report.reasons")}
            rows={reasons}
            rowKey={(one) => `${one.figure}/${one.reason}`}
            columns={[
              { key: "what", head: t("report.what"), cell: (one) => t(`figure.${one.figure}`) },
              { key: "why", head: t("report.reason"), cell: (one) => way(one.reason) },
              {
                key: "count",
                head: t("report.people"),
                align: "right",
                cell: (one) => number(one.count, { figure: one.figure, reason: one.reason }),
              },
            ]}
          />
        ) : null}
      </Stack>
    </section>
  );
}
