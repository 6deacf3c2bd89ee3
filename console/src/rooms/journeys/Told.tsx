// The story of a trial: one scene after the other, while the canvas shows where she is.
import { ActionIcon, Group, Stack, Text, Title } from "@mantine/core";
import {
  IconPlayerPause, IconPlayerPlay, IconPlayerSkipBack, IconPlayerSkipForward,
} from "@tabler/icons-react"; // prettier-ignore
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "~/api/schema";
import { useFmt } from "~/kit";
import classes from "./journeys.module.css";
import { useOptionWord, useWayWord } from "./kinds";

type Scene = components["schemas"]["Scene"];
interface Props {
  story: components["schemas"]["Story"];
  walk: (seen: Set<string>, at: string | undefined) => void;
}

const TICK_MS = 900;
const OURS = ["Message Sent", "Message Failed", "Message Suppressed"];

/** What the scene before has told already. */
function isSelfEvident(one: Scene): boolean {
  return one.what === "event" ? OURS.includes(one.event) : one.what === "took" && one.exit === "next";
}

/** The story one scene after the other; the canvas shows where she is. */
export function Told({ story, walk }: Props) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const say = useScene();
  const scenes = useMemo(
    () => story.scenes.filter((one) => !isSelfEvident(one)),
    [story],
  );
  const [at, setAt] = useState(scenes.length - 1);
  const [plays, setPlays] = useState(false);
  const go = useRef(walk);
  go.current = walk;
  useEffect(() => setAt(scenes.length - 1), [scenes]);
  useEffect(() => () => go.current(new Set(), undefined), []);
  useEffect(() => {
    const seen = scenes.slice(0, at + 1).map((one) => one.step).filter(Boolean);
    go.current(new Set(seen), seen.at(-1));
  }, [scenes, at]);
  useEffect(() => {
    if (!plays) return;
    const timer = window.setTimeout(() => {
      if (at < scenes.length - 1) setAt(at + 1);
      else setPlays(false);
    }, TICK_MS);
    return () => window.clearTimeout(timer);
  }, [plays, at, scenes]);
  const Sign = plays ? IconPlayerPause : IconPlayerPlay;
  return (
    <Stack gap={6} mt="md">
      <Group justify="space-between">
        <Title order={3} fz="sm">
          {t("trial.story")}
        </Title>
        <Group gap={4}>
          <ActionIcon variant="default" aria-label={t("trial.back")} disabled={at <= 0} onClick={() => setAt(at - 1)}>
            <IconPlayerSkipBack size={14} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="default"
            aria-label={t(plays ? "trial.pause" : "trial.play")}
            onClick={() => {
              if (!plays && at >= scenes.length - 1) setAt(0);
              setPlays(!plays);
            }}
          >
            <Sign size={14} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="default"
            aria-label={t("trial.next")}
            disabled={at >= scenes.length - 1}
            onClick={() => setAt(at + 1)}
          >
            <IconPlayerSkipForward size={14} aria-hidden />
          </ActionIcon>
        </Group>
      </Group>
      <ol className={classes.story} aria-label={t("trial.story")}>
        {scenes.map((one, place) => (
          <li
            key={place}
            data-what={one.what}
            data-later={place > at}
            aria-current={place === at ? "step" : undefined}
          >
            {place && fmt.date(scenes[place - 1]?.at ?? "") === fmt.date(one.at) ? null : (
              <span className={classes.day}>{fmt.date(one.at, "long")}</span>
            )}
            <time dateTime={one.at}>{fmt.time(one.at)}</time>
            <span dir="auto">{say(one)}</span>
          </li>
        ))}
      </ol>
      <Text size="sm" c="dimmed" role="status">
        {story.stands
          ? t("trial.stands", { step: story.stands, when: fmt.dateTime(story.ends_at) })
          : t("trial.over", { when: fmt.dateTime(story.ends_at) })}{" "}
        {story.missed.length ? t("trial.missed", { count: story.missed.length }) : ""}{" "}
        {story.cut ? t("trial.cut") : ""}
      </Text>
    </Stack>
  );
}

/** What happens in a scene, as a sentence. */
function useScene(): (one: Scene) => string {
  const { t } = useTranslation("journeys");
  const way = useWayWord();
  const option = useOptionWord();
  return (one) => {
    const { step, event, message } = one;
    if (one.what === "event") return t("scene.event", { event });
    if (one.what === "entered") return t("scene.entered");
    if (one.what === "goal") return t("scene.goal");
    if (one.what === "came") return t("scene.came", { step });
    if (one.what === "took") return t("scene.took", { step, way: way(one.exit) });
    if (one.what === "did") return t("scene.did", { step });
    if (one.what === "refused") return t("scene.refused", { reason: option(`why_${one.reason}`) });
    if (one.what === "left") {
      const reason = one.exit === "finished" && one.reason ? one.reason : way(one.exit);
      return t("scene.left", { step, reason });
    }
    if (one.channel) return t("scene.message", { message, step, channel: option(one.channel) });
    return t("scene.held", { message, step, reason: option(`why_${one.reason || one.outcome}`) });
  };
}
