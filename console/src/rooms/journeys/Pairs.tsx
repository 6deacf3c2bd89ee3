// Values under names, also inside each other: what a profile gets, what is handed over, what a
// receiver is told. What is being typed stands here; what is whole goes into the text.
import { ActionIcon, Button, Group, NativeSelect, NumberInput, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./journeys.module.css";
import { at, below, type Path } from "./places";
import { Box, Fault, type SettingProps } from "./Setting";
import { useSettingWord } from "./kinds";

type Sort = "text" | "number" | "truth" | "group" | "list" | "nothing";
type Row = [name: string, value: unknown];
type Put = (path: Path, value: unknown) => void;

const PLAIN: Sort[] = ["text", "number", "truth"];
const NESTED: Sort[] = [...PLAIN, "group", "list", "nothing"];
const BEGIN: Record<Sort, unknown> = {
  text: "", number: 0, truth: true, group: {}, list: [], nothing: null,
}; // prettier-ignore

/** Values under names that have no others inside; without any, the setting is not there. */
export function Pairs({ field, path, value, faults, put }: SettingProps) {
  const word = useSettingWord();
  const label = word(field.name);
  return (
    <Box label={label} faults={at(faults, path)}>
      <Template />
      <Rows
        value={isGroup(value) ? value : {}}
        path={path}
        sorts={PLAIN}
        put={(to, next) => put(to, to.length === path.length && isEmpty(next) ? undefined : next)}
      />
      {below(faults, path)
        .filter((one) => one.path.length > path.length)
        .map((one) => (
          <Fault key={one.what} of={one} />
        ))}
    </Box>
  );
}

/** What a receiver is told: fields inside each other, or one text that is JSON once it is filled in. */
export function Body({ field, path, value, faults, put }: SettingProps) {
  const { t } = useTranslation("journeys");
  const word = useSettingWord();
  const isText = typeof value === "string";
  const read = isText ? asGroup(value) : undefined;
  return (
    <Box label={word(field.name)} faults={below(faults, path)}>
      <Template />
      {isText ? (
        <Textarea
          label={t("pairs.json")}
          classNames={{ input: classes.text }}
          autosize
          minRows={4}
          maxRows={16}
          spellCheck={false}
          value={value}
          onChange={(event) => put(path, event.currentTarget.value)}
        />
      ) : (
        <Rows value={isGroup(value) ? value : {}} path={path} sorts={NESTED} put={put} />
      )}
      {!isText || read ? (
        <Group>
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => put(path, read ?? JSON.stringify(value ?? {}, null, 2))}
          >
            {t(isText ? "pairs.asFields" : "pairs.asText")}
          </Button>
        </Group>
      ) : null}
    </Box>
  );
}

function Template() {
  const { t } = useTranslation("journeys");
  return (
    <Text size="sm" c="dimmed">
      {t("pairs.template")}
    </Text>
  );
}

interface RowsProps {
  value: Record<string, unknown>;
  path: Path;
  sorts: Sort[];
  put: Put;
}

function Rows({ value, path, sorts, put }: RowsProps) {
  const { t } = useTranslation("journeys");
  const given = JSON.stringify(Object.entries(value));
  const [rows, setRows] = useState<Row[]>(() => Object.entries(value));
  const own = useRef(given);
  useEffect(() => {
    // It was changed elsewhere: taken back, or written in the text.
    if (given !== own.current) setRows(JSON.parse(given) as Row[]);
    own.current = given;
  }, [given]);
  const write = (next: Row[]) => {
    setRows(next);
    const whole = next.filter(([name], at) => name && next.findIndex(([other]) => other === name) === at);
    own.current = JSON.stringify(whole);
    if (own.current !== given) put(path, Object.fromEntries(whole));
  };
  const isTwice = (name: string, at: number) =>
    !!name && rows.findIndex(([other]) => other === name) < at;
  return (
    <Stack gap={6}>
      {rows.map(([name, one], place) => {
        const told = name || t("pairs.nth", { n: place + 1 });
        const change = (to: Path, next: unknown) => {
          if (!name || isTwice(name, place)) return setRows(rows.with(place, [name, next]));
          const inside = changedIn(one, to, next);
          const all = rows.with(place, [name, inside]);
          setRows(all);
          own.current = JSON.stringify(all.filter(([other], at) => other && !isTwice(other, at)));
          // Only what was changed: comments beside it stay.
          put([...path, name, ...to], next);
        };
        return (
          <Stack key={place} gap={4}>
            <Group gap={4} wrap="nowrap" align="flex-start">
              <TextInput
                flex={1}
                aria-label={`${t("pairs.name")} ${place + 1}`}
                placeholder={t("pairs.name")}
                error={isTwice(name, place) ? t("pairs.twice") : undefined}
                value={name}
                onChange={(event) => write(rows.with(place, [event.currentTarget.value, one]))}
              />
              <Sorted name={told} value={one} sorts={sorts} change={(next) => change([], next)} />
              <Without name={told} act={() => write(rows.toSpliced(place, 1))} />
            </Group>
            <Value name={told} value={one} sorts={sorts} put={change} />
          </Stack>
        );
      })}
      <More act={() => write([...rows, ["", ""]])} />
    </Stack>
  );
}

function Entries({ value, sorts, name, put }: { value: unknown[]; sorts: Sort[]; name: string; put: Put }) {
  const { t } = useTranslation("journeys");
  return (
    <Stack gap={6}>
      {value.map((one, place) => {
        const told = `${name} ${t("pairs.nth", { n: place + 1 })}`;
        return (
          <Stack key={place} gap={4}>
            <Group gap={4} wrap="nowrap" justify="space-between">
              <Text size="sm">{t("pairs.nth", { n: place + 1 })}</Text>
              <Group gap={4} wrap="nowrap">
                <Sorted name={told} value={one} sorts={sorts} change={(next) => put([place], next)} />
                <Without name={told} act={() => put([], value.toSpliced(place, 1))} />
              </Group>
            </Group>
            <Value
              name={told}
              value={one}
              sorts={sorts}
              put={(to, next) => put([place, ...to], next)}
            />
          </Stack>
        );
      })}
      <More act={() => put([], [...value, ""])} />
    </Stack>
  );
}

interface ValueProps {
  name: string;
  value: unknown;
  sorts: Sort[];
  /** A place inside the value, and what stands there now. */
  put: Put;
}

function Value({ name, value, sorts, put }: ValueProps) {
  const { t } = useTranslation("journeys");
  const label = t("pairs.value", { name });
  if (Array.isArray(value)) {
    return (
      <Box label={name} faults={[]}>
        <Entries value={value} sorts={sorts} name={name} put={put} />
      </Box>
    );
  }
  if (isGroup(value)) {
    return (
      <Box label={name} faults={[]}>
        <Rows value={value} path={[]} sorts={sorts} put={put} />
      </Box>
    );
  }
  if (value === null) return null;
  if (typeof value === "number") {
    return (
      <NumberInput
        aria-label={label}
        hideControls
        value={value}
        onChange={(next) => typeof next === "number" && put([], next)}
      />
    );
  }
  if (typeof value === "boolean") {
    return (
      <NativeSelect
        aria-label={label}
        value={String(value)}
        data={[
          { value: "true", label: t("pairs.yes") },
          { value: "false", label: t("pairs.no") },
        ]}
        onChange={(event) => put([], event.currentTarget.value === "true")}
      />
    );
  }
  return (
    <TextInput
      aria-label={label}
      placeholder={t("setting.value")}
      value={String(value ?? "")}
      onChange={(event) => put([], event.currentTarget.value)}
    />
  );
}

interface SortedProps {
  name: string;
  value: unknown;
  sorts: Sort[];
  change: (value: unknown) => void;
}

function Sorted({ name, value, sorts, change }: SortedProps) {
  const { t } = useTranslation("journeys");
  const sort = sortOf(value);
  return (
    <NativeSelect
      w={112}
      aria-label={t("pairs.sort", { name })}
      value={sort}
      data={(sorts.includes(sort) ? sorts : [...sorts, sort]).map((one) => ({
        value: one,
        label: t(`pairs.${one}`),
      }))}
      onChange={(event) => change(turned(value, event.currentTarget.value as Sort))}
    />
  );
}

function Without({ name, act }: { name: string; act: () => void }) {
  const { t } = useTranslation("journeys");
  return (
    <ActionIcon
      mt={6}
      variant="subtle"
      color="gray"
      aria-label={t("panel.without", { setting: name })}
      onClick={act}
    >
      <IconX size={14} aria-hidden />
    </ActionIcon>
  );
}

function More({ act }: { act: () => void }) {
  const { t } = useTranslation("journeys");
  return (
    <Group>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={act}
      >
        {t("pairs.add")}
      </Button>
    </Group>
  );
}

function sortOf(value: unknown): Sort {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "list";
  if (typeof value === "object") return "group";
  return typeof value === "number" ? "number" : typeof value === "boolean" ? "truth" : "text";
}

/** The value as another sort; a text and a number stay what they say. */
function turned(value: unknown, sort: Sort): unknown {
  const isPlain = typeof value === "string" || typeof value === "number";
  if (sort === "text" && isPlain) return String(value);
  const number = Number(value);
  if (sort === "number" && isPlain && Number.isFinite(number)) return number;
  return structuredClone(BEGIN[sort]);
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return isGroup(value) && !Object.keys(value).length;
}

function changedIn(value: unknown, to: Path, next: unknown): unknown {
  const [first, ...rest] = to;
  if (first === undefined) return next;
  if (Array.isArray(value)) return value.with(Number(first), changedIn(value[Number(first)], rest, next));
  if (isGroup(value)) return { ...value, [first]: changedIn(value[first], rest, next) };
  return value;
}

/** A text as fields, where it is a JSON object as it stands. */
function asGroup(text: string): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(text || "{}");
    return isGroup(found) ? found : undefined;
  } catch {
    return undefined;
  }
}
