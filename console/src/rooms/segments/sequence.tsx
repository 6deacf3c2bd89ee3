// Events one after the other: a line for each, the time between them, and what did not follow.
import { ActionIcon, Button, Group, Text } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Span, SpanFields } from "./amounts";
import { Adding, Details, EVENTS } from "./events";
import type { Filter } from "./Filters";
import { EventNames } from "./Names";
import classes from "./segments.module.css";
import type { Node } from "./tree";
import { OF_SEQUENCES, WindowFields } from "./windows";

interface Stage {
  events: string[];
  where?: Filter[];
  lines?: Filter[];
  within?: Span | null;
}
const MOST = 10;
const A_DAY: Span = { amount: 1 };
const A_STAGE: Stage = { events: ["Order Completed"], within: A_DAY };

interface Props {
  node: Node;
  change: (node: Node) => void;
}

export function SequenceForm({ node, change }: Props) {
  const { t } = useTranslation("segments");
  const stages = node.stages as Stage[];
  const last = node.then_not as Stage | null | undefined;
  const put = (next: Stage[]) => change({ ...node, stages: next });
  const drop = (at: number) => {
    const next = stages.toSpliced(at, 1);
    // The first one has nothing before it.
    put(next.map((one, place) => (place ? one : { ...one, within: null })));
  };
  const { then_not: _, ...rest } = node;
  return (
    <>
      <WindowFields
        window={node.window as Node | undefined}
        kinds={OF_SEQUENCES}
        change={(window) => change({ ...node, window })}
      />
      <Text size="sm" c="dimmed">
        {t("sequence.windowSays")}
      </Text>
      <ol className={classes.stages}>
        {stages.map((one, at) => (
          <Line
            key={at}
            stage={one}
            word={t(at ? "sequence.then" : "sequence.first")}
            label={t("sequence.nth", { n: at + 1 })}
            time={at ? "maybe" : "none"}
            change={(next) => put(stages.with(at, next))}
            {...(stages.length > 1 ? { remove: () => drop(at) } : {})}
          />
        ))}
        {last ? (
          <Line
            stage={last}
            word={t("sequence.thenNot")}
            label={t("sequence.thenNot")}
            time="always"
            change={(next) => change({ ...node, then_not: next })}
            remove={() => change({ ...rest, kind: node.kind })}
          />
        ) : null}
      </ol>
      <Group gap={4}>
        {stages.length < MOST ? (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={13} aria-hidden />}
            onClick={() => put([...stages, A_STAGE])}
          >
            {t("sequence.add")}
          </Button>
        ) : null}
        {last ? null : (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={13} aria-hidden />}
            onClick={() => change({ ...node, then_not: A_STAGE })}
          >
            {t("sequence.addNot")}
          </Button>
        )}
      </Group>
    </>
  );
}

interface LineProps {
  stage: Stage;
  word: string;
  label: string;
  time: "none" | "maybe" | "always";
  change: (stage: Stage) => void;
  remove?: () => void;
}

function Line({ stage, word, label, time, change, remove }: LineProps) {
  const { t } = useTranslation("segments");
  return (
    <li>
      <div role="group" aria-label={label} className={classes.stage}>
        <Text size="sm" fw={500}>
          {word}
        </Text>
        <EventNames
          label={t("event.names")}
          usual={EVENTS}
          value={stage.events}
          change={(events) => change({ ...stage, events })}
        />
        {time === "none" || !stage.within ? null : (
          <>
            <Text size="sm">{t("sequence.within")}</Text>
            <SpanFields
              label={t("sequence.length")}
              span={stage.within}
              change={(within) => change({ ...stage, within })}
            />
            <Text size="sm">{t("sequence.withinEnd")}</Text>
          </>
        )}
        {time === "maybe" || (time === "always" && !stage.within) ? (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => change({ ...stage, within: stage.within ? null : A_DAY })}
          >
            {t(stage.within ? "sequence.anyTime" : "sequence.inTime")}
          </Button>
        ) : null}
        <Details part={stage} change={(next) => change(next as Stage)} />
        <Adding part={stage} change={(next) => change(next as Stage)} />
        {remove ? (
          <ActionIcon
            className={classes.stageClose}
            variant="subtle"
            color="gray"
            aria-label={t("event.drop", { what: label })}
            onClick={remove}
          >
            <IconX size={15} aria-hidden />
          </ActionIcon>
        ) : null}
      </div>
    </li>
  );
}
