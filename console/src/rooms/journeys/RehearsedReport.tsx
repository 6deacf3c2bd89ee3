// What a rehearsal told: figures, days, what would have become of messages, collisions, stories.
import { Button, Group, SimpleGrid, Stack, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DataTable, Figure, useFmt } from "~/kit";
import type { Rehearsed } from "./api";
import { useCaveatWord, useWayWord } from "./kinds";
import { RehearsedDays } from "./RehearsedDays";
import { StoryTable } from "./StoryTable";

export function RehearsedReport({ report }: { report: Rehearsed }) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const way = useWayWord();
  const caveat = useCaveatWord();
  const sent = report.outcomes.filter((one) => one.state === "sent");
  const total = sent.reduce((sum, one) => sum + one.messages, 0);
  const cost = report.costs.reduce((sum, one) => sum + Number(one.cost), 0);
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
        <Figure label={t("figure.entered")} value={fmt.number(report.entered)} />
        <Figure label={t("rehearse.people")} value={fmt.number(report.people)} />
        <Figure label={t("rehearse.sent")} value={fmt.number(total)} />
        <Figure
          label={t("figure.goals")}
          value={fmt.number(report.goals)}
          definition={t("rehearse.goalsMeans")}
        />
        <Figure label={t("rehearse.inside")} value={fmt.number(report.inside)} />
        <Figure
          label={t("rehearse.cost")}
          value={report.currency ? `${fmt.number(cost, 2)} ${report.currency}` : "–"}
        />
      </SimpleGrid>
      <section>
        <Title order={2} fz="lg" mb="sm">
          {t("rehearse.days")}
        </Title>
        <RehearsedDays days={report.days} />
      </section>
      <section>
        <Title order={2} fz="lg" mb="sm">
          {t("rehearse.outcomes")}
        </Title>
        <DataTable
          label={t("rehearse.outcomes")}
          rows={report.outcomes}
          rowKey={(one) => [one.step, one.channel, one.state, one.reason].join("/")}
          columns={[
            { key: "step", head: t("publish.step"), cell: (one) => one.step },
            { key: "channel", head: t("rehearse.channel"), cell: (one) => one.channel || "–" },
            { key: "state", head: t("column.state"), cell: (one) => way(one.state) },
            { key: "reason", head: t("report.reason"), wide: true, cell: (one) => (one.reason ? way(one.reason) : "–") }, // prettier-ignore
            {
              key: "messages", head: t("report.messages"), align: "right",
              cell: (one) => fmt.number(one.messages), sortBy: (one) => one.messages,
            },
          ]} // prettier-ignore
        />
      </section>
      {report.collisions.length ? (
        <section>
          <Title order={2} fz="lg" mb="sm">
            {t("rehearse.collisions")}
          </Title>
          <DataTable
            label={t("rehearse.collisions")}
            rows={report.collisions}
            rowKey={(one) => one.journey}
            columns={[
              { key: "journey", head: t("column.name"), cell: (one) => one.journey },
              {
                key: "near", head: t("rehearse.near"), align: "right",
                cell: (one) => fmt.number(one.within_a_day),
              },
              {
                key: "ours", head: t("rehearse.ours"), align: "right", wide: true,
                cell: (one) => fmt.number(one.ours_kept_back),
              },
              {
                key: "theirs", head: t("rehearse.theirs"), align: "right", wide: true,
                cell: (one) => fmt.number(one.theirs_kept_back),
              },
            ]} // prettier-ignore
          />
        </section>
      ) : null}
      {report.sample.length ? <Stories report={report} /> : null}
      {report.caveats.length ? (
        <section>
          <Title order={2} fz="lg" mb="sm">
            {t("rehearse.caveats")}
          </Title>
          <ul>
            {report.caveats.map((one) => (
              <li key={one}>{caveat(one)}</li>
            ))}
          </ul>
        </section>
      ) : null}
    </Stack>
  );
}

function Stories({ report }: { report: Rehearsed }) {
  const { t } = useTranslation("journeys");
  const [open, setOpen] = useState(0);
  const story = report.sample[open];
  return (
    <section>
      <Title order={2} fz="lg" mb="sm">
        {t("rehearse.stories")}
      </Title>
      <Group gap="xs" mb="sm">
        {report.sample.map((one, at) => (
          <Button
            key={one.person}
            size="compact-xs"
            variant={at === open ? "filled" : "default"}
            aria-pressed={at === open}
            onClick={() => setOpen(at)}
          >
            {t("rehearse.person", { n: at + 1 })}
          </Button>
        ))}
      </Group>
      {story ? <StoryTable label={t("rehearse.stories")} story={story} /> : null}
    </section>
  );
}
