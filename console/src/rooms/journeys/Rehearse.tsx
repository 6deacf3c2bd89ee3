// The rehearsal: what this text would have done in a past window, played over the real history.
import {
  Button, Checkbox, Group, Loader, SimpleGrid, Stack, Text, TextInput, Title,
} from "@mantine/core"; // prettier-ignore
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMe } from "~/api/me";
import { DataTable, Empty, Failed, Figure, useFmt } from "~/kit";
import { useCaveatWord, useWayWord } from "./kinds";
import { RehearsedDays } from "./RehearsedDays";
import type { Rehearsed } from "./rehearsed";

const DAY_MS = 86_400_000;

export default function Rehearse({ text }: { journey: string; text: string }) {
  const { t } = useTranslation("journeys");
  const [from, setFrom] = useState(() => dayOf(Date.now() - 30 * DAY_MS));
  const [to, setTo] = useState(() => dayOf(Date.now()));
  const [others, setOthers] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [found, setFound] = useState<Rehearsed>();
  const going = useRef<AbortController | null>(null);
  useEffect(() => () => going.current?.abort(), []);
  const zone = useMe().timezone;
  const play = async () => {
    going.current = new AbortController();
    setBusy(true);
    setError(undefined);
    try {
      const body = { journey: text, from: `${from}T00:00:00`, to: `${to}T00:00:00`, others, sample: 10, seed: 1 }; // prettier-ignore
      const answer = await api.POST("/v1/rehearsals", { body, signal: going.current.signal });
      setFound(take(answer) as unknown as Rehearsed);
    } catch (problem) {
      if (!(problem instanceof DOMException)) setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void play();
        }}
      >
        <Group align="flex-end" gap="sm">
          <TextInput
            type="date"
            label={t("rehearse.from")}
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            type="date"
            label={t("rehearse.to", { zone })}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          <Checkbox
            label={t("rehearse.others")}
            checked={others}
            onChange={(event) => setOthers(event.currentTarget.checked)}
            mb={8}
          />
          {busy ? (
            <Button variant="default" onClick={() => going.current?.abort()}>
              {t("rehearse.stop")}
            </Button>
          ) : (
            <Button type="submit">{t("rehearse.go")}</Button>
          )}
        </Group>
      </form>
      {busy ? (
        <Group role="status" gap="xs">
          <Loader size="xs" aria-hidden />
          <Text>{t("rehearse.playing")}</Text>
        </Group>
      ) : null}
      {error ? <Failed error={error} again={() => void play()} /> : null}
      {found ? (
        <Told report={found} />
      ) : busy || error ? null : (
        <Empty title={t("rehearse.none")}>{t("rehearse.noneHelp")}</Empty>
      )}
    </Stack>
  );
}

function Told({ report }: { report: Rehearsed }) {
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
  const fmt = useFmt();
  const way = useWayWord();
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
      {story ? (
        <>
          <DataTable
            label={t("rehearse.stories")}
            rows={story.events}
            rowKey={(one) => `${one.at}/${one.what}/${one.step}/${one.detail}`}
            columns={[
              { key: "at", head: t("behind.at"), cell: (one) => fmt.dateTime(one.at) },
              { key: "what", head: t("report.what"), cell: (one) => way(one.what) },
              { key: "step", head: t("publish.step"), cell: (one) => one.step || "–" },
              { key: "detail", head: t("report.reason"), wide: true, cell: (one) => (one.detail ? way(one.detail) : "–") }, // prettier-ignore
            ]}
          />
        </>
      ) : null}
    </section>
  );
}

/** The day in the form of a date field. */
function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
