// In which time: of what was done, and of days and instants that are known.
import { NativeSelect, Text, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Amount, type Span, SpanFields } from "./amounts";
import classes from "./segments.module.css";
import { CALENDAR } from "./shapes";
import type { Node } from "./tree";

const BEGIN = {
  ever: { kind: "ever" },
  last: { kind: "last", span: { amount: 30 } },
  before: { kind: "last", skip: { amount: 90 } },
  ago: { kind: "last", span: { amount: 180 }, skip: { amount: 90 } },
  calendar: { kind: "calendar", unit: "month" },
  between: { kind: "between" },
  next: { kind: "next", span: { amount: 7 } },
  since: { kind: "since", events: ["Order Completed"] },
} satisfies Record<string, Node>;
type Shown = keyof typeof BEGIN;

export const OF_EVENTS: Shown[] = ["ever", "last", "before", "ago", "calendar", "between", "since"];
export const OF_SEQUENCES: Shown[] = ["ever", "last", "before", "ago", "calendar", "between"];
export const OF_TIMES: Shown[] = ["last", "before", "ago", "next", "calendar", "between"];

const MOST_BACK = 12;

interface Props {
  window: Node | undefined;
  kinds: Shown[];
  change: (window: Node) => void;
  /** The fields of the event since when. */
  since?: ReactNode;
}

export function WindowFields({ window, kinds, change, since }: Props) {
  const { t } = useTranslation("segments");
  const shown = shownOf(window);
  const choices = kinds.includes(shown) ? kinds : [...kinds, shown];
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("window.which")}
        value={shown}
        data={choices.map((one) => ({ value: one, label: t(`window.${one}`) }))}
        onChange={(event) => change(begun(event.currentTarget.value as Shown, window))}
      />
      {window ? <Inside window={window} shown={shown} change={change} /> : null}
      {shown === "since" ? since : null}
    </>
  );
}

function shownOf(window: Node | undefined): Shown {
  if (!window) return "ever";
  if (window.kind === "last" && window.skip) return window.span ? "ago" : "before";
  return window.kind as Shown;
}

/** Another way to say when; a length that was there stays. */
function begun(next: Shown, window: Node | undefined): Node {
  const begin: Node = structuredClone(BEGIN[next]);
  const span = window?.span ?? window?.skip;
  if (span && (next === "last" || next === "next")) begin.span = span;
  return begin;
}

function Inside({ window, shown, change }: { window: Node; shown: Shown; change: Props["change"] }) {
  const { t } = useTranslation("segments");
  const span = (field: "span" | "skip", label: string) => (
    <SpanFields
      label={label}
      span={window[field] as Span}
      change={(next) => change({ ...window, [field]: next })}
    />
  );
  if (shown === "last" || shown === "next") return span("span", t("window.length"));
  if (shown === "before") {
    return (
      <>
        {span("skip", t("window.length"))}
        <Text size="sm">{t("window.agoWord")}</Text>
      </>
    );
  }
  if (shown === "ago") {
    return (
      <>
        {span("span", t("window.from"))}
        <Text size="sm">{t("window.to")}</Text>
        {span("skip", t("window.until"))}
        <Text size="sm">{t("window.agoWord")}</Text>
      </>
    );
  }
  if (shown === "calendar") return <Calendar window={window} change={change} />;
  if (shown !== "between") return null;
  return (
    <>
      <End window={window} field="start" label={t("window.start")} change={change} />
      <Text size="sm">{t("window.to")}</Text>
      <End window={window} field="end" label={t("window.end")} change={change} />
    </>
  );
}

function Calendar({ window, change }: { window: Node; change: Props["change"] }) {
  const { t } = useTranslation("segments");
  const back = Number(window.back ?? 0);
  const usual = Array.from({ length: MOST_BACK + 1 }, (_, count) => count);
  const backs = back > MOST_BACK ? [...usual, back] : usual;
  const upTo = (count: number) => {
    if (count < 2) return t(count ? "calendar.upToLast" : "calendar.upToThis");
    return t("calendar.upToBefore", { count });
  };
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("calendar.which")}
        value={String(window.unit)}
        data={CALENDAR.map((one) => ({ value: one, label: t(`calendar.${one}`) }))}
        onChange={(event) => change({ ...window, unit: event.currentTarget.value })}
      />
      <Text size="sm">{t("calendar.countWord")}</Text>
      <Amount
        label={t("calendar.count")}
        value={window.count ?? 1}
        whole
        min={1}
        change={(count) => change({ ...window, count })}
      />
      <NativeSelect
        size="xs"
        aria-label={t("calendar.back")}
        value={String(back)}
        data={backs.map((count) => ({ value: String(count), label: upTo(count) }))}
        onChange={(event) => change({ ...window, back: Number(event.currentTarget.value) })}
      />
    </>
  );
}

interface EndProps {
  window: Node;
  field: "start" | "end";
  label: string;
  change: Props["change"];
}

/** A day; an instant, which only a text can bring, stays one. */
function End({ window, field, label, change }: EndProps) {
  const value = String(window[field] ?? "");
  const isDay = !value || /^\d{4}-\d\d-\d\d$/.test(value);
  return (
    <TextInput
      size="xs"
      type={isDay ? "date" : "text"}
      className={isDay ? undefined : classes.grow}
      aria-label={label}
      value={value}
      onChange={(event) => change({ ...window, [field]: event.currentTarget.value || null })}
    />
  );
}
