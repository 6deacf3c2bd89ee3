// What somebody did or did not do: how often or for how much, in which time, with which details.
import { Button, Group, Menu, MultiSelect, NativeSelect, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { Amount } from "./amounts";
import { A_COLUMN, A_DETAIL, Detail, type Filter, Filters, Property } from "./Filters";
import { EventNames } from "./Names";
import classes from "./segments.module.css";
import { HOW, NUMBER_OPS } from "./shapes";
import { Numbers, numberTest, OF_VALUES, type Sort, TestFields } from "./tests";
import type { Node } from "./tree";
import { OF_EVENTS, WindowFields } from "./windows";

export const EVENTS = [
  "Order Completed", "Product Viewed", "Product Added", "Checkout Started", "Products Searched",
  "Signed Up", "Order Refunded",
]; // prettier-ignore
/** What is measured; the last two are the instants of the first and of the last event. */
const MEASURES = [
  "count", "days", "money", "distinct", "sum", "average", "least", "most", "earliest", "latest",
  "firstAt", "lastAt",
] as const; // prettier-ignore
type Measure = (typeof MEASURES)[number];
const WHOLE: Measure[] = ["count", "days", "distinct"];
const AT = "@at";
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

interface Props {
  node: Node;
  change: (node: Node) => void;
}

export function EventForm({ node, change }: Props) {
  const { t } = useTranslation("segments");
  const window = node.window as Node | undefined;
  return (
    <>
      <EventNames
        label={t("event.names")}
        usual={EVENTS}
        value={node.events as string[]}
        change={(events) => change({ ...node, events })}
      />
      <Measured node={node} change={change} />
      <WindowFields
        window={window}
        kinds={OF_EVENTS}
        change={(next) => change({ ...node, window: next })}
        since={window ? <Since window={window} change={(next) => change({ ...node, window: next })} /> : null}
      />
      <Details part={node} change={(next) => change(next as Node)} />
      <Clock node={node} change={change} />
      {node.once ? (
        <Detail label={t("event.once")} remove={() => change(without(node, "once"))}>
          <Text size="sm">{t("event.onceSays")}</Text>
        </Detail>
      ) : null}
      <Adding part={node} change={(next) => change(next as Node)} whole />
    </>
  );
}

/** A part without a field. */
function without<T extends object>(part: T, field: string): T {
  return Object.fromEntries(Object.entries(part).filter(([name]) => name !== field)) as T;
}

function shownOf(measure: Node): Measure {
  if (measure.property === AT) return measure.kind === "earliest" ? "firstAt" : "lastAt";
  return measure.kind as Measure;
}

function Measured({ node, change }: Props) {
  const { t } = useTranslation("segments");
  const { currency } = useMe();
  const measure = (node.measure as Node | undefined) ?? { kind: "count" };
  const test = (node.test as Node | undefined) ?? { kind: "number", op: "gte", value: 1 };
  const shown = shownOf(measure);
  const put = (next: Node) => change({ ...node, measure: next });
  const choose = (next: Measure) => {
    const isAt = next === "firstAt" || next === "lastAt";
    const begun: Node =
      next === "money"
        ? { kind: "money", currency: currency || "TRY" }
        : isAt
          ? { kind: next === "firstAt" ? "earliest" : "latest", property: AT }
          : next === "count" || next === "days"
            ? { kind: next }
            : { kind: next, property: measure.property === AT ? "" : (measure.property ?? "") };
    const kept = isAt ? test.kind === "time" : test.kind === "number";
    const begin: Node = isAt
      ? { kind: "time", window: { kind: "last", span: { amount: 30 } } }
      : { kind: "number", op: "gte", value: 1 };
    change({ ...node, measure: begun, test: kept ? test : begin });
  };
  const hasProperty = "property" in measure && measure.property !== AT;
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("measure.which")}
        value={shown}
        data={MEASURES.map((one) => ({ value: one, label: t(`measure.${one}`) }))}
        onChange={(event) => choose(event.currentTarget.value as Measure)}
      />
      {hasProperty ? (
        <Property
          events={node.events as string[]}
          value={String(measure.property)}
          change={(property) => put({ ...measure, property })}
        />
      ) : null}
      {measure.kind === "money" ? <Money measure={measure} change={put} /> : null}
      {shown === "count" && test.kind === "number" ? (
        <Times test={test} change={(next) => change({ ...node, test: next })} />
      ) : (
        <TestFields
          test={test}
          sorts={sortsOf(shown)}
          bare={!WHOLE.includes(shown) && shown !== "money"}
          change={(next) => change({ ...node, test: next })}
        />
      )}
    </>
  );
}

function sortsOf(shown: Measure): readonly Sort[] {
  if (shown === "firstAt" || shown === "lastAt") return ["time"];
  return shown === "earliest" || shown === "latest" ? OF_VALUES : ["number"];
}

function Money({ measure, change }: { measure: Node; change: (measure: Node) => void }) {
  const { t } = useTranslation("segments");
  const me = useMe();
  const currency = String(measure.currency);
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("measure.how")}
        value={String(measure.how ?? "sum")}
        data={HOW.map((one) => ({ value: one, label: t(`money.${one}`) }))}
        onChange={(event) => change({ ...measure, how: event.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        aria-label={t("event.currency")}
        value={currency}
        data={[...new Set([currency, me.currency || "TRY", "TRY", "AZN", "EUR", "USD"])]}
        onChange={(event) => change({ ...measure, currency: event.currentTarget.value })}
      />
    </>
  );
}

/** How often, or not at all. */
function Times({ test, change }: { test: Node; change: (test: Node) => void }) {
  const { t } = useTranslation("segments");
  const never = test.op === "eq" && test.value === 0;
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("test.how")}
        value={never ? "never" : String(test.op)}
        data={[
          { value: "never", label: t("event.never") },
          ...NUMBER_OPS.map((op) => ({ value: op as string, label: t(`number.${op}`) })),
        ]}
        onChange={(event) => {
          const op = event.currentTarget.value;
          if (op === "never") change({ kind: "number", op: "eq", value: 0 });
          else change(numberTest(op, never ? { ...test, value: 1 } : test));
        }}
      />
      {never ? null : (
        <>
          <Numbers test={test} label={t("event.times")} whole change={change} />
          <Text size="sm">{t("event.timesWord")}</Text>
        </>
      )}
    </>
  );
}

/** The event since when, of all time where there was none. */
function Since({ window, change }: { window: Node; change: (window: Node) => void }) {
  const { t } = useTranslation("segments");
  const events = window.events as string[];
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("since.which")}
        value={window.first ? "first" : "last"}
        data={(["last", "first"] as const).map((one) => ({ value: one, label: t(`since.${one}`) }))}
        onChange={(event) => change({ ...window, first: event.currentTarget.value === "first" })}
      />
      <EventNames
        label={t("since.names")}
        usual={EVENTS}
        value={events}
        change={(names) => change({ ...window, events: names })}
      />
      <Details part={window} change={(next) => change(next as Node)} />
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<IconPlus size={13} aria-hidden />}
        onClick={() => change({ ...window, where: [...filtersOf(window, "where"), A_DETAIL] })}
      >
        {t("since.add")}
      </Button>
    </>
  );
}

type Part = object;

function filtersOf(part: Part, field: "where" | "lines"): Filter[] {
  return (part as Record<string, Filter[] | undefined>)[field] ?? [];
}

interface PartProps {
  part: Part;
  change: (part: Part) => void;
}

/** The details of an event that are there: of the event itself, and of a product line. */
export function Details({ part, change }: PartProps) {
  const events = (part as { events: string[] }).events;
  return (["where", "lines"] as const).map((of) => (
    <Filters
      key={of}
      of={of}
      events={events}
      filters={filtersOf(part, of)}
      change={(next) => change(next.length ? { ...part, [of]: next } : without(part, of))}
    />
  ));
}

/** One more detail, and what else can be asked of an event. */
export function Adding({ part, change, whole }: PartProps & { whole?: boolean }) {
  const { t } = useTranslation("segments");
  const more = (of: "where" | "lines", one: Filter) =>
    change({ ...part, [of]: [...filtersOf(part, of), one] });
  const has = part as { clock?: unknown; once?: unknown };
  return (
    <Group gap={4}>
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<IconPlus size={13} aria-hidden />}
        onClick={() => more("where", A_DETAIL)}
      >
        {t("event.addWhere")}
      </Button>
      <Menu position="bottom-start" shadow="sm">
        <Menu.Target>
          <Button size="compact-xs" variant="subtle">
            {t("event.more")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => more("lines", A_DETAIL)}>{t("event.line")}</Menu.Item>
          <Menu.Item onClick={() => more("where", A_COLUMN)}>{t("event.fixed")}</Menu.Item>
          {whole && !has.clock ? (
            <Menu.Item
              onClick={() => change({ ...part, clock: { weekdays: [6, 7], from_hour: 0, to_hour: 24 } })}
            >
              {t("clock.which")}
            </Menu.Item>
          ) : null}
          {whole && !has.once ? (
            <Menu.Item onClick={() => change({ ...part, once: true })}>{t("event.once")}</Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

interface Hours {
  weekdays?: number[];
  from_hour?: number | string;
  to_hour?: number | string;
}

function Clock({ node, change }: Props) {
  const { t } = useTranslation("segments");
  const clock = node.clock as Hours | null | undefined;
  if (!clock) return null;
  const put = (next: Hours) => change({ ...node, clock: next });
  const days = DAYS.map((one, at) => ({ value: String(at + 1), label: t(`day.${one}`) }));
  return (
    <Detail label={t("clock.which")} remove={() => change(without(node, "clock"))}>
      <Text size="sm">{t("clock.on")}</Text>
      <MultiSelect
        size="xs"
        className={classes.grow}
        aria-label={t("clock.days")}
        placeholder={clock.weekdays?.length ? "" : t("clock.every")}
        data={days}
        value={(clock.weekdays ?? []).map(String)}
        onChange={(next) => put({ ...clock, weekdays: next.map(Number).sort() })}
      />
      <Text size="sm">{t("clock.fromWord")}</Text>
      <Amount
        label={t("clock.from")}
        value={clock.from_hour ?? 0}
        whole
        min={0}
        max={24}
        change={(hour) => put({ ...clock, from_hour: hour })}
      />
      <Text size="sm">{t("clock.toWord")}</Text>
      <Amount
        label={t("clock.to")}
        value={clock.to_hour ?? 0}
        whole
        min={0}
        max={24}
        change={(hour) => put({ ...clock, to_hour: hour })}
      />
    </Detail>
  );
}
