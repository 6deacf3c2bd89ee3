// What a step says and how it did: its settings from the schema, its numbers with the people behind.
import { ActionIcon, Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { IconCopy, IconRoute, IconScissors, IconTrash, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Sentence, useFmt } from "~/kit";
import { type Card, stepsQuery, type StepNumbers } from "./api";
import type { Behind } from "./Behind";
import classes from "./journeys.module.css";
import { leadOpen } from "./edit";
import { useKindWord, useWayWord } from "./kinds";
import { below, type Path, type Placed, placeOf, put, read } from "./places";
import { StepTitle } from "./Rename";
import { Fault, Fields } from "./Setting";
import { usePanel } from "./usePanel";

interface Props {
  card: Card;
  text: string;
  faults: Placed[];
  numbers: StepNumbers | undefined;
  /** Not given where the text may not be changed. */
  change?: (text: string, of?: string) => void;
  /** The keys of all steps. */
  taken: string[];
  rename?: ((to: string) => void) | undefined;
  take: (what: "copy" | "cut" | "remove" | "onward") => void;
  close: () => void;
  open: (behind: Behind) => void;
}

export function StepPanel(props: Props) {
  const { card, text, faults, numbers, change, taken, rename, take, close, open } = props;
  const { t } = useTranslation("journeys");
  const kind = useKindWord();
  const kinds = useQuery(stepsQuery);
  const panel = usePanel(close);
  const fields = kinds.data?.find((one) => one.kind === card.kind)?.fields ?? [];
  const place = useMemo(() => placeOf(text, card.key), [text, card.key]);
  const now = useMemo(
    () => (place ? (read(text).steps as Record<string, unknown>[])[place[2] as number] : undefined),
    [text, place],
  );
  const mine = place ? below(faults, place) : [];
  const elsewhere = mine.filter(
    (one) => !change || !fields.some((field) => field.name === one.path[place?.length ?? 0]),
  );
  const loose = mine.flatMap((one) => one.ways);
  const stale = mine
    .filter((one) => one.path[3] === "next" && one.path.length === 5 && !one.ways.length)
    .map((one) => String(one.path[4]));
  return (
    <aside className={`k-card ${classes.panel}`} aria-label={t("panel.label")} {...panel.props}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Text className={classes.kind}>{kind(card.kind)}</Text>
            <StepTitle step={card.key} taken={taken} title={panel.title} rename={rename} />
          </div>
          <ActionIcon variant="subtle" color="gray" aria-label={t("close")} onClick={close}>
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </Group>
        <Sentence text={card.says} />
        {elsewhere.map((one) => (
          <Fault key={one.what} of={one} />
        ))}
        {change && loose.length ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => change(leadOpen(text, card.key, loose, stale))}
          >
            {t("panel.leadOpen")}
          </Button>
        ) : null}
        {numbers ? <Numbers numbers={numbers} open={open} /> : null}
        {change && place ? (
          <Fields
            key={card.key}
            field={{ name: card.kind, form: "group", required: true, options: [], fields }}
            path={place}
            value={now}
            faults={faults}
            put={(path: Path, value) => change(put(text, path, value), path.join("."))}
          />
        ) : null}
        <Group gap={6} pt={4}>
          <Deed word={t("clip.copy")} icon={IconCopy} act={() => take("copy")} />
          <Deed word={t("clip.onward")} icon={IconRoute} act={() => take("onward")} />
          {change ? (
            <>
              <Deed word={t("clip.cut")} icon={IconScissors} act={() => take("cut")} />
              <Deed word={t("panel.remove")} icon={IconTrash} act={() => take("remove")} />
            </>
          ) : null}
        </Group>
      </Stack>
    </aside>
  );
}

function Deed({ word, icon: Sign, act }: { word: string; icon: typeof IconCopy; act: () => void }) {
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<Sign size={14} aria-hidden />}
      onClick={act}
    >
      {word}
    </Button>
  );
}

function Numbers({ numbers, open }: { numbers: StepNumbers; open: (behind: Behind) => void }) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const way = useWayWord();
  const step = numbers.key;
  const rows: [string, number, Behind | null][] = [
    [t("count.came"), numbers.came, { figure: "came", step }],
    [t("count.here"), numbers.waiting, { figure: "waiting", step }],
    ...Object.entries(numbers.passed).map(([exit, count]): [string, number, Behind] => [
      t("count.passed", { way: way(exit) }), count, { figure: "passed", step, exit },
    ]),
    ...Object.entries(numbers.left).map(([reason, count]): [string, number, Behind] => [
      t("count.left", { reason: way(reason) }), count, { figure: "left", step, reason },
    ]),
    ...Object.entries(numbers.messages).map(([outcome, count]): [string, number, null] => [
      t("count.message", { outcome: way(outcome) }), count, null,
    ]),
  ]; // prettier-ignore
  return (
    <table className={classes.figures}>
      <caption className="k-hidden">{t("panel.numbers")}</caption>
      <tbody>
        {rows.map(([word, count, behind]) => (
          <tr key={word}>
            <th scope="row">{word}</th>
            <td>
              {behind && count ? (
                <Anchor component="button" type="button" fz="inherit" onClick={() => open(behind)}>
                  {fmt.number(count)}
                </Anchor>
              ) : (
                fmt.number(count)
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
