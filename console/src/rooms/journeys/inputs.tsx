// Fields for what a setting can be: a length of time, a share, a clock, a value, names of events.
import { Autocomplete, Group, NativeSelect, NumberInput, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { listQuery as segmentsQuery } from "../segments/api";

export interface InputProps {
  label: string;
  required: boolean;
  value: unknown;
  fault: string | undefined;
  put: (value: unknown) => void;
}

const UNITS = ["minute", "hour", "day", "week"] as const;
type Unit = (typeof UNITS)[number];
const LENGTH = /^\s*(\d{1,9})\s*([a-z]+)\s*$/;
const EVENTS = [
  "Order Completed", "Product Viewed", "Product Added", "Product Removed", "Cart Viewed",
  "Checkout Started", "Products Searched", "Signed Up", "Order Refunded", "Message Opened",
  "Message Clicked", "Message Delivered",
]; // prettier-ignore
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2})?$/;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;

const textOf = (value: unknown) =>
  value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** "2 days" as a number and its unit; a longer wording stays a text. */
export function LengthInput({ label, required, value, fault, put }: InputProps) {
  const { t } = useTranslation("journeys");
  const said = textOf(value);
  const found = LENGTH.exec(said);
  const kept = UNITS.find((one) => [one, `${one}s`, one[0]].includes(found?.[2] ?? ""));
  const [unit, setUnit] = useState<Unit>(kept ?? "day");
  if (said && !kept) return <TextInput label={label} required={required} value={said} error={fault} onChange={(event) => put(event.currentTarget.value || undefined)} />; // prettier-ignore
  const now = kept ?? unit;
  const write = (count: number | string, of: Unit) =>
    put(typeof count === "number" && count > 0 ? `${count} ${of}${count === 1 ? "" : "s"}` : undefined);
  const count = found ? Number(found[1]) : "";
  return (
    <Group gap={6} align="flex-end" wrap="nowrap">
      <NumberInput
        flex={1}
        label={label}
        required={required}
        min={1}
        max={5_000}
        allowDecimal={false}
        error={fault}
        value={count}
        onChange={(one) => write(one, now)}
      />
      <NativeSelect
        aria-label={t("unit.of", { setting: label })}
        value={now}
        data={UNITS.map((one) => ({ value: one, label: t(`unit.${one}`) }))}
        onChange={(event) => {
          const next = event.currentTarget.value as Unit;
          setUnit(next);
          if (count) write(count, next);
        }}
      />
    </Group>
  );
}

/** A share from 0 to 1, shown in percent. */
export function ShareInput({ label, required, value, fault, put }: InputProps) {
  return (
    <NumberInput
      label={label}
      required={required}
      min={0}
      max={100}
      suffix=" %"
      error={fault}
      value={typeof value === "number" ? Math.round(value * 1e6) / 1e4 : ""}
      onChange={(one) => put(typeof one === "number" ? Math.round(one * 1e4) / 1e6 : undefined)}
    />
  );
}

/** A time of the day or a moment by the browser's own field, as long as it can show what is there. */
export function TimeInput(props: InputProps & { moment?: boolean }) {
  const { label, required, value, fault, put, moment } = props;
  const said = textOf(value);
  const fits = !said || (moment ? MOMENT : CLOCK).test(said);
  const shown = moment && said ? (said.length === 10 ? `${said}T00:00` : said.replace(" ", "T")) : said;
  return (
    <TextInput
      type={fits ? (moment ? "datetime-local" : "time") : "text"}
      label={label}
      required={required}
      error={fault}
      value={fits ? shown : said}
      onChange={(event) => {
        const next = event.currentTarget.value;
        put((moment ? next.replace("T", " ") : next) || (required ? "" : undefined));
      }}
    />
  );
}

/** A text, a number or a truth, told apart as a reader would. */
export function ValueInput({ label, required, value, fault, put }: InputProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <TextInput
      aria-label={label}
      required={required}
      error={fault}
      value={typed ?? textOf(value)}
      onBlur={() => setTyped(undefined)}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setTyped(next);
        put(valueOf(next));
      }}
    />
  );
}

export function valueOf(text: string): string | number | boolean {
  if (NUMBER.test(text)) return Number(text);
  return text === "true" ? true : text === "false" ? false : text;
}

export function EventInput({ label, required, value, fault, put }: InputProps) {
  return (
    <Autocomplete
      label={label}
      required={required}
      error={fault}
      data={EVENTS}
      value={textOf(value)}
      onChange={(one) => put(one || (required ? "" : undefined))}
    />
  );
}

/** One of the segments; by its key where the list may not be seen. */
export function SegmentInput({ label, required, value, fault, put }: InputProps) {
  const may = useMay("segments.read");
  const list = useQuery({ ...segmentsQuery(), enabled: may });
  const said = textOf(value);
  const known = (list.data ?? []).map((one) => ({ value: one.key, label: one.name }));
  if (!known.length) return <TextInput label={label} required={required} error={fault} value={said} onChange={(event) => put(event.currentTarget.value || (required ? "" : undefined))} />; // prettier-ignore
  const data = said && !known.some((one) => one.value === said) ? [...known, { value: said, label: said }] : known;
  return (
    <Select
      label={label}
      required={required}
      error={fault}
      searchable
      data={data}
      value={said || null}
      onChange={(one) => put(one ?? (required ? "" : undefined))}
    />
  );
}
