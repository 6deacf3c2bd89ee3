// What a tree is about, while it is written: how many, whom each channel reaches, in which words.
import { Badge, Group, Loader, Progress, Stack, Text, Title } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/client";
import { useMay } from "~/api/me";
import { Failed, Sentence, useFmt } from "~/kit";
import { type Preview, previewQuery } from "./api";
import classes from "./segments.module.css";
import type { Fault } from "./tree";

const PAUSE_MS = 350;
const CHANNELS = ["email", "sms", "whatsapp", "push", "call"] as const;

export interface Telling {
  told: Preview | undefined;
  /** What is shown is of an earlier tree. */
  late: boolean;
  error: unknown;
  faults: Fault[];
  /** Ask once more. */
  again: () => void;
}

/** Asks a moment after the last change; an answer nobody waits for any more is not waited for. */
export function useTold(asked: string, sample = 20): Telling {
  const { i18n } = useTranslation();
  const [settled, settle] = useState(asked);
  useEffect(() => {
    const timer = window.setTimeout(() => settle(asked), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [asked]);
  const found = useQuery(previewQuery(settled, i18n.language, sample));
  const last = useRef<Preview | undefined>(undefined);
  if (found.data) last.current = found.data;
  const problem = found.error instanceof Problem ? found.error : undefined;
  return {
    told: last.current,
    late: asked !== settled || found.isFetching || found.isError,
    error: problem?.problems.length ? undefined : found.error,
    faults: problem?.problems ?? [],
    again: () => void found.refetch(),
  };
}

export function Told({ telling }: { telling: Telling }) {
  const { t } = useTranslation("segments");
  const fmt = useFmt();
  const { told, late, error, faults } = telling;
  const most = Math.max(told?.count ?? 0, 1);
  const isAsking = late && !faults.length && !error;
  return (
    <section className={`k-card ${classes.told}`} aria-label={t("told.title")} aria-busy={isAsking}>
      <Group justify="space-between" gap="xs">
        <Title order={2} fz="sm" fw={500} c="dimmed">
          {t("told.title")}
        </Title>
        <Badge
          variant="default"
          size="sm"
          tt="none"
          leftSection={
            isAsking ? (
              <Loader size={10} aria-hidden />
            ) : (
              <IconBolt size={11} aria-hidden />
            )
          }
        >
          {faults.length || error ? t("told.not") : late ? t("told.counting") : t("told.live")}
        </Badge>
      </Group>
      <p className={classes.count} data-late={late} aria-live="polite">
        {told ? fmt.number(told.count) : "–"}
      </p>
      {faults.length ? (
        <Text size="sm" className={classes.fault} role="status">
          {t("told.faults", { count: faults.length })}
        </Text>
      ) : null}
      {error ? <Failed error={error} again={telling.again} /> : null}
      {told ? (
        <div className={late ? classes.late : undefined}>
          <Sentence text={told.sentence} />
          <Title order={3} fz="sm" mt="sm" mb={6}>
            {t("told.reach")}
          </Title>
          <Stack gap={6}>
            {CHANNELS.map((one) => (
              <div key={one}>
                <Group justify="space-between" gap="xs" component="span">
                  <Text size="sm">{t(`channel.${one}`)}</Text>
                  <Text size="sm" className="k-num">
                    {fmt.number(told.reach[one] ?? 0)}
                  </Text>
                </Group>
                <Progress
                  value={((told.reach[one] ?? 0) / most) * 100}
                  color={`var(--k-channel-${one})`}
                  size={4}
                  aria-hidden
                />
              </div>
            ))}
          </Stack>
          <Text size="xs" c="dimmed" mt={6}>
            {t("told.reachHelp")}
          </Text>
        </div>
      ) : null}
    </section>
  );
}

/** Some of the people, by their initials; each opens her page. */
export function Sample({ telling }: { telling: Telling }) {
  const { t } = useTranslation("segments");
  const may = useMay("people.read");
  const people = telling.told?.sample ?? [];
  return (
    <section className={`k-card ${classes.told}`} aria-labelledby="segment-sample">
      <Title order={2} fz="md" mb="xs" id="segment-sample">
        {t("sample.title")}
      </Title>
      {people.length ? (
        <ul className={classes.people}>
          {people.map((one) => (
            <li key={one.id}>
              <Link to={`/people/${one.id}` as string} dir="auto">
                {one.name || one.id.slice(0, 8)}
              </Link>
            </li>
          ))}
        </ul>
      ) : (
        <Text size="sm" c="dimmed">
          {may ? t("sample.none") : t("sample.noRight")}
        </Text>
      )}
    </section>
  );
}
