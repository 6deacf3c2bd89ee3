// Names of events, traits and properties, offered as one types; any other name can be typed too.
import { Autocomplete, Group, TagsInput, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type KnownName, namesQuery, type NameSort } from "./api";
import classes from "./segments.module.css";

const PAUSE_MS = 150;

/** The names that begin like what is typed, once the field is gone into; typing never waits. */
function useNames(of: "events" | "traits" | "properties", typed: string, events: string[] = []) {
  const [starts] = useDebouncedValue(typed, PAUSE_MS);
  const [wanted, want] = useState(false);
  const found = useQuery({
    ...namesQuery(of, starts, events),
    placeholderData: keepPreviousData,
    enabled: wanted,
  });
  return { names: found.data ?? [], want: () => want(true) };
}

interface OneProps {
  of: "traits" | "properties";
  label: string;
  value: string;
  /** The events whose properties are offered. */
  events?: string[];
  /** `sort` is what its values commonly are, where it was chosen from the list. */
  change: (name: string, sort?: NameSort) => void;
}

export function NameInput({ of, label, value, events, change }: OneProps) {
  const { names, want } = useNames(of, value, events);
  return (
    <Autocomplete
      size="xs"
      className={classes.grow}
      aria-label={label}
      placeholder={label}
      value={value}
      data={names.map((one) => one.name)}
      filter={({ options }) => options}
      renderOption={({ option }) => <Option names={names} name={option.value} />}
      maxDropdownHeight={280}
      onFocus={want}
      onChange={(name) => change(name)}
      onOptionSubmit={(name) => change(name, names.find((one) => one.name === name)?.sort)}
    />
  );
}

interface ManyProps {
  label: string;
  value: string[];
  usual: readonly string[];
  change: (names: string[]) => void;
}

export function EventNames({ label, value, usual, change }: ManyProps) {
  const [typed, setTyped] = useState("");
  const { names, want } = useNames("events", typed);
  const data = [...new Set([...names.map((one) => one.name), ...(names.length ? [] : usual)])];
  return (
    <TagsInput
      size="xs"
      className={classes.names}
      aria-label={label}
      data={data}
      filter={({ options }) => options}
      renderOption={({ option }) => <Option names={names} name={option.value} />}
      maxDropdownHeight={280}
      onFocus={want}
      value={value}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={change}
    />
  );
}

function Option({ names, name }: { names: KnownName[]; name: string }) {
  const { t } = useTranslation("segments");
  const one = names.find((other) => other.name === name);
  const said = one?.times
    ? t("names.times", { count: one.times })
    : one && one.sort !== "other"
      ? t(`names.sort.${one.sort}`)
      : "";
  return (
    <Group justify="space-between" gap="sm" wrap="nowrap" w="100%">
      <span dir="auto">{name}</span>
      <Text size="xs" c="dimmed">
        {said}
      </Text>
    </Group>
  );
}
