// The journeys a person is in and was in, and the story of any: also why she never entered it.
import { Button, Select, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMay } from "~/api/me";
import { Asked, SideSheet, useFmt } from "~/kit";
import { journeysQuery, type Run, runsQuery } from "../asks";
import { Chip } from "../bits";
import classes from "../Person.module.css";

export function Journeys({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const may = useMay("journeys.read");
  const runs = useQuery(runsQuery(person));
  const every = useQuery({ ...journeysQuery, enabled: may });
  const [key, setKey] = useState<string | null>(null);
  return (
    <>
      <Asked of={runs} empty={<Text c="dimmed">{t("journeys.none")}</Text>}>
        {(all) => (
          <Stack gap="md">
            <Runs title={t("journeys.now")} runs={all.filter((one) => !one.left)} ask={setKey} />
            <Runs title={t("journeys.before")} runs={all.filter((one) => one.left)} ask={setKey} />
          </Stack>
        )}
      </Asked>
      {may ? (
        <Select
          mt="md"
          maw={360}
          label={t("journeys.ask")}
          placeholder={t("journeys.choose")}
          data={(every.data ?? []).map((one) => ({ value: one.key, label: one.name || one.key }))}
          value={null}
          onChange={setKey}
          searchable
        />
      ) : null}
      <SideSheet opened={key !== null} close={() => setKey(null)} title={t("journeys.story")}>
        {key ? <JourneyStory person={person} journey={key} /> : null}
      </SideSheet>
    </>
  );
}

interface RunsProps {
  title: string;
  runs: Run[];
  ask: (journey: string) => void;
}

function Runs({ title, runs, ask }: RunsProps) {
  const { t } = useTranslation("people");
  const fmt = useFmt();
  const may = useMay("journeys.read");
  if (!runs.length) return null;
  return (
    <section>
      <Title order={3} fz="md" mb={2}>
        {title}
      </Title>
      <ul className={classes.cards}>
        {runs.map((one) => (
          <li key={one.run} className={classes.card}>
            <div className={classes.cardHead}>
              <strong className={classes.grow}>
                <bdi>{one.name || one.journey}</bdi>
              </strong>
              {one.goal_at ? (
                <Chip tone="good">{t("journeys.goal", { when: fmt.date(one.goal_at) })}</Chip>
              ) : null}
              {one.left && one.left !== "goal" ? (
                <Chip>{t(`journeys.left.${one.left as "finished"}`)}</Chip>
              ) : null}
              {one.ghost ? <Chip tone="warn">{t("journeys.ghost")}</Chip> : null}
              {may ? (
                <Button size="compact-xs" variant="default" onClick={() => ask(one.journey)}>
                  {t("journeys.story")}
                </Button>
              ) : null}
            </div>
            <span className={classes.aside}>
              <span>{t("journeys.entered", { when: fmt.dateTime(one.entered_at) })}</span>
              <span>{t("journeys.version", { version: one.version })}</span>
              {one.step ? <span>{t("journeys.at", { step: one.step })}</span> : null}
              {one.due_at ? (
                <span>{t("journeys.next", { when: fmt.dateTime(one.due_at) })}</span>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function JourneyStory({ person, journey }: { person: string; journey: string }) {
  const { t, i18n } = useTranslation("people");
  const fmt = useFmt();
  const language = i18n.language;
  const why = useQuery({
    queryKey: ["person", person, "journey", journey, language],
    queryFn: async () =>
      take(
        await api.GET("/v1/journeys/{key}/people/{person}/why", {
          params: { path: { key: journey, person }, query: { language } },
        }),
      ),
  });
  return (
    <Asked of={why}>
      {(told) => (
        <Stack gap="md">
          <Text fw={600}>
            <bdi>{told.name || told.journey}</bdi>
          </Text>
          {told.runs.map((run) => (
            <div key={run.run} className={classes.decision}>
              <Text size="sm" c="dimmed">
                {t("journeys.version", { version: run.version })}
              </Text>
              <Sentences lines={run.story} when={(ms) => fmt.dateTime(ms)} />
            </div>
          ))}
          {told.why_not.length ? (
            <div className={classes.decision}>
              <Title order={3} fz="md">
                {t("journeys.never")}
              </Title>
              <Sentences lines={told.why_not} when={(ms) => fmt.dateTime(ms)} />
            </div>
          ) : null}
        </Stack>
      )}
    </Asked>
  );
}

interface SentencesProps {
  lines: { at_ms: number | null; sentence: string }[];
  when: (ms: number) => string;
}

function Sentences({ lines, when }: SentencesProps) {
  return (
    <ol className={classes.lines}>
      {lines.map((one, at) => (
        <li key={at} className={classes.line}>
          <div className={classes.said}>
            <span dir="auto">{one.sentence}</span>
            {one.at_ms ? <span className={classes.aside}>{when(one.at_ms)}</span> : null}
          </div>
        </li>
      ))}
    </ol>
  );
}
