// What a step says and how it did: its settings from the schema, its numbers with the people behind.
import {
  Anchor, Button, Group, NumberInput, Select, Stack, Switch, Text, Textarea, TextInput, Title,
} from "@mantine/core"; // prettier-ignore
import { IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence, useFmt } from "~/kit";
import { type Card, type Field, stepsQuery, type StepNumbers } from "./api";
import type { Behind } from "./Behind";
import { partOf, partText, remove, set, settings } from "./edit";
import classes from "./journeys.module.css";
import { useKindWord, useSettingWord, useWayWord } from "./kinds";

interface Props {
  card: Card;
  text: string;
  faults: string[];
  numbers: StepNumbers | undefined;
  /** Not given where the text may not be changed. */
  change?: (text: string) => void;
  gone: () => void;
  open: (behind: Behind) => void;
}

export function StepPanel({ card, text, faults, numbers, change, gone, open }: Props) {
  const { t } = useTranslation("journeys");
  const kind = useKindWord();
  const kinds = useQuery(stepsQuery);
  const fields = kinds.data?.find((one) => one.kind === card.kind)?.fields ?? [];
  const now = settings(text, card.key);
  const put = (name: string, value: unknown) => change?.(set(text, card.key, name, value));
  return (
    <aside className={`k-card ${classes.panel}`} aria-label={t("panel.label")}>
      <Stack gap="sm">
        <div>
          <Text className={classes.kind}>{kind(card.kind)}</Text>
          <Title order={2} fz="lg">
            {card.key}
          </Title>
        </div>
        <Sentence text={card.says} />
        {faults.map((one) => (
          <Text key={one} className={classes.fault}>
            {one}
          </Text>
        ))}
        {numbers ? <Numbers numbers={numbers} open={open} /> : null}
        {change
          ? fields.map((one) => (
              <Setting
                key={`${card.key}.${one.name}`}
                field={one}
                value={now[one.name]}
                put={(value) => put(one.name, value)}
              />
            ))
          : null}
        {change ? (
          <Group justify="flex-end">
            <Button
              variant="default"
              size="xs"
              leftSection={<IconTrash size={14} aria-hidden />}
              onClick={() => {
                change(remove(text, card.key, card.ways[0]?.to ?? ""));
                gone();
              }}
            >
              {t("panel.remove")}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </aside>
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

interface SettingProps {
  field: Field;
  value: unknown;
  put: (value: unknown) => void;
}

function Setting({ field, value, put }: SettingProps) {
  const word = useSettingWord();
  const label = word(field.name);
  const needed = field.required;
  if (field.form === "truth") {
    return (
      <Switch
        label={label}
        checked={value === true}
        onChange={(event) => put(event.currentTarget.checked || undefined)}
      />
    );
  }
  if (field.form === "choice") {
    return (
      <Select
        label={label}
        required={needed}
        data={field.options}
        value={typeof value === "string" ? value : null}
        clearable={!needed}
        onChange={(one) => put(one ?? undefined)}
      />
    );
  }
  if (field.form === "number") {
    return (
      <NumberInput
        label={label}
        required={needed}
        value={typeof value === "number" ? value : ""}
        onChange={(one) => put(typeof one === "number" ? one : undefined)}
      />
    );
  }
  const single = field.form !== "part" && (value === undefined || typeof value !== "object");
  return single ? (
    <Line label={label} required={needed} value={value} put={put} long={field.name === "script"} />
  ) : (
    <Part label={label} required={needed} value={value} put={put} />
  );
}

interface LineProps {
  label: string;
  required: boolean;
  value: unknown;
  put: (value: unknown) => void;
  long?: boolean;
}

function Line({ label, required, value, put, long }: LineProps) {
  const shown = value === undefined || value === null ? "" : String(value);
  const Input = long ? Textarea : TextInput;
  return (
    <Input
      label={label}
      required={required}
      value={shown}
      onChange={(event) => put(event.currentTarget.value || (required ? "" : undefined))}
    />
  );
}

/** More than one value: written as YAML, taken over once it can be read. */
function Part({ label, required, value, put }: LineProps) {
  const { t } = useTranslation("journeys");
  const [typed, setTyped] = useState<string>();
  const [fault, setFault] = useState<string>();
  const shown = typed ?? partText(value);
  return (
    <Textarea
      label={label}
      required={required}
      description={t("panel.yaml")}
      classNames={{ input: classes.text }}
      autosize
      minRows={2}
      maxRows={16}
      spellCheck={false}
      value={shown}
      error={fault}
      onBlur={() => !fault && setTyped(undefined)}
      onChange={(event) => {
        const wanted = event.currentTarget.value;
        setTyped(wanted);
        const read = partOf(wanted);
        if ("fault" in read) setFault(read.fault);
        else {
          setFault(undefined);
          put(read.value);
        }
      }}
    />
  );
}
