// Two texts over the same history: figures side by side, and how many people fared otherwise.
import { Accordion, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DataTable, useFmt } from "~/kit";
import type { Compared } from "./api";
import { useWayWord } from "./kinds";
import { StoryTable } from "./StoryTable";

type Kind =
  | "only_this" | "only_other" | "more" | "fewer" | "other_messages" | "other_times" | "other_exit"; // prettier-ignore

export function RehearsedBoth({ both }: { both: Compared }) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const way = useWayWord();
  return (
    <Stack gap="lg">
      <section>
        <Title order={2} fz="lg" mb="sm">
          {t("both.figures")}
        </Title>
        <DataTable
          label={t("both.figures")}
          rows={both.figures}
          rowKey={(one) => `${one.name}/${one.of}`}
          columns={[
            {
              key: "name",
              head: t("report.what"),
              cell: (one) => [way(one.name), one.of ? way(one.of) : ""].filter(Boolean).join(" · "),
            },
            { key: "this", head: t("both.this"), align: "right", cell: (one) => fmt.number(one.this) },
            { key: "other", head: t("both.other"), align: "right", cell: (one) => fmt.number(one.other) }, // prettier-ignore
            {
              key: "difference",
              head: t("both.difference"),
              align: "right",
              cell: (one) => (one.difference > 0 ? "+" : "") + fmt.number(one.difference),
            },
          ]}
        />
      </section>
      <section>
        <Title order={2} fz="lg" mb="xs">
          {t("both.people")}
        </Title>
        <Text mb="sm">{t("both.same", { same: both.same, people: both.people })}</Text>
        <Accordion variant="separated">
          {both.differences.map((one) => (
            <Accordion.Item key={one.kind} value={one.kind}>
              <Accordion.Control>
                {`${t(`both.kind.${one.kind as Kind}`)}: ${fmt.number(one.people)}`}
              </Accordion.Control>
              <Accordion.Panel>
                <Stack gap="md">
                  {one.sample.map((pair) => (
                    <SimpleGrid key={pair.person} cols={{ base: 1, md: 2 }} spacing="sm">
                      <StoryTable label={t("both.this")} story={pair.this} />
                      <StoryTable label={t("both.other")} story={pair.other} />
                    </SimpleGrid>
                  ))}
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      </section>
    </Stack>
  );
}
