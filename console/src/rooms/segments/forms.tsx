// The forms of the commonest conditions; each keeps the parts that it does not show.
import { ActionIcon, Button, MultiSelect, NativeSelect, Select, Text } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { listQuery } from "./api";
import { EventNames, NameInput } from "./Names";
import classes from "./segments.module.css";
import { Amount, NUMBER_OPS, testFor, TestFields } from "./tests";
import { type Node, TEXT_FACTS } from "./tree";

interface Props {
  node: Node;
  change: (node: Node) => void;
}

const CHANNELS = ["email", "sms", "whatsapp", "push", "call"] as const;
const REACH = ["reachable", "has_address", "verified", "suppressed"] as const;
const CONSENT = ["granted", "refused", "expired", "not_asked"] as const;
const WORDS = {
  rfm_group: [
    "champions", "loyal", "potential_loyalist", "new", "promising", "need_attention",
    "about_to_sleep", "at_risk", "cant_lose", "hibernating", "lost",
  ],
  life_cycle: ["new", "active", "lapsing", "lapsed"],
  engagement: ["engaged", "cooling", "unengaged"],
} as const; // prettier-ignore
const EVENTS = [
  "Order Completed", "Product Viewed", "Product Added", "Checkout Started", "Products Searched",
  "Signed Up", "Order Refunded",
]; // prettier-ignore

export function TraitForm({ node, change }: Props) {
  const { t } = useTranslation("segments");
  return (
    <>
      <NameInput
        of="traits"
        label={t("trait.name")}
        value={String(node.trait)}
        change={(trait, sort) =>
          change({ ...node, trait, test: testFor(sort, node.test as Node) })
        }
      />
      <TestFields
        test={node.test as Node}
        sorts={["text", "number", "flag"]}
        change={(test) => change({ ...node, test })}
      />
    </>
  );
}

export function FactForm({ node, change }: Props) {
  const { t } = useTranslation("segments");
  const fact = String(node.fact);
  const test = node.test as Node;
  const isWord = fact in WORDS;
  const group = fact.startsWith("rfm") || fact.startsWith("score.") ? [fact] : TEXT_FACTS;
  const name = (one: string) =>
    one.startsWith("score.") ? one : t(`fact.${one as (typeof FACTS)[number]}`);
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("fact.which")}
        value={fact}
        data={group.map((one) => ({ value: one, label: name(one) }))}
        onChange={(event) => {
          const next = event.currentTarget.value;
          const wordy = next in WORDS;
          change({ ...node, fact: next, test: { kind: "text", op: wordy ? "in" : "eq", values: [] } });
        }}
      />
      {isWord ? (
        <WordFields fact={fact as keyof typeof WORDS} test={test} change={(next) => change({ ...node, test: next })} />
      ) : (
        <TestFields
          test={test}
          sorts={[test.kind === "number" || fact.startsWith("rfm_") || fact.startsWith("score.") ? "number" : "text"]}
          change={(next) => change({ ...node, test: next })}
        />
      )}
    </>
  );
}

const FACTS = [
  "language", "country", "zone", "rfm_group", "life_cycle", "engagement", "rfm_recency",
  "rfm_frequency", "rfm_monetary",
] as const; // prettier-ignore

interface WordProps {
  fact: keyof typeof WORDS;
  test: Node;
  change: (test: Node) => void;
}

/** One or several of the words of a fact, chosen by what they are called. */
function WordFields({ fact, test, change }: WordProps) {
  const { t } = useTranslation("segments");
  const known = WORDS[fact].map((one) => ({
    value: one as string,
    label: t(`word.${fact}.${one}` as "word.rfm_group.champions"),
  }));
  const values = (test.values as string[] | undefined) ?? [];
  const others = values.filter((one) => !known.some((other) => other.value === one));
  const out = test.op === "not_in" || test.op === "ne";
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("test.how")}
        value={test.kind === "text" ? (out ? "not_in" : "in") : test.kind}
        data={[
          { value: "in", label: t("text.in") },
          { value: "not_in", label: t("text.not_in") },
          { value: "known", label: t("known.known") },
          { value: "unknown", label: t("known.unknown") },
        ]}
        onChange={(event) => {
          const op = event.currentTarget.value;
          change(op.endsWith("known") ? { kind: op } : { kind: "text", op, values });
        }}
      />
      {test.kind === "text" ? (
        <MultiSelect
          size="xs"
          className={classes.grow}
          aria-label={t("test.values")}
          data={[...known, ...others]}
          value={values}
          onChange={(next) => change({ kind: "text", op: out ? "not_in" : "in", values: next })}
        />
      ) : null}
    </>
  );
}

export function ReachForm({ node, change }: Props) {
  const { t } = useTranslation("segments");
  return (
    <>
      <Channel node={node} change={change} />
      <NativeSelect
        size="xs"
        aria-label={t("reach.how")}
        value={String(node.state ?? "reachable")}
        data={REACH.map((one) => ({ value: one, label: t(`reach.${one}`) }))}
        onChange={(event) => change({ ...node, state: event.currentTarget.value })}
      />
    </>
  );
}

export function ConsentForm({ node, change }: Props) {
  const { t } = useTranslation("segments");
  return (
    <>
      <Channel node={node} change={change} />
      <NativeSelect
        size="xs"
        aria-label={t("consent.how")}
        value={String(node.state ?? "granted")}
        data={CONSENT.map((one) => ({ value: one, label: t(`consent.${one}`) }))}
        onChange={(event) => change({ ...node, state: event.currentTarget.value })}
      />
    </>
  );
}

function Channel({ node, change }: Props) {
  const { t } = useTranslation("segments");
  return (
    <NativeSelect
      size="xs"
      aria-label={t("channel.which")}
      value={String(node.channel)}
      data={CHANNELS.map((one) => ({ value: one, label: t(`channel.${one}`) }))}
      onChange={(event) => change({ ...node, channel: event.currentTarget.value })}
    />
  );
}

export function MemberForm({ node, change }: Props) {
  const { t } = useTranslation("segments");
  const found = useQuery(listQuery());
  const chosen = String(node.segment);
  const rows = (found.data ?? []).map((one) => ({ value: one.key, label: one.name }));
  const has = !chosen || rows.some((one) => one.value === chosen);
  return (
    <Select
      size="xs"
      className={classes.grow}
      aria-label={t("member.which")}
      placeholder={t("member.which")}
      searchable
      data={has ? rows : [...rows, { value: chosen, label: chosen }]}
      value={chosen || null}
      onChange={(segment) => change({ ...node, segment: segment ?? "" })}
    />
  );
}

/** What somebody did or did not do: how often or for how much, and in which time. */
export function EventForm({ node, change }: Props) {
  const { t } = useTranslation("segments");
  const me = useMe();
  const test = (node.test as Node | undefined) ?? { kind: "number", op: "gte", value: 1 };
  const measure = (node.measure as Node | undefined) ?? { kind: "count" };
  const isMoney = measure.kind === "money";
  const never = !isMoney && test.op === "eq" && test.value === 0;
  const how = (op: string) =>
    change({
      ...node,
      test:
        op === "never"
          ? { kind: "number", op: "eq", value: 0 }
          : { ...test, op, value: never ? 1 : test.value },
    });
  return (
    <>
      <EventNames
        label={t("event.names")}
        usual={EVENTS}
        value={node.events as string[]}
        change={(events) => change({ ...node, events })}
      />
      <NativeSelect
        size="xs"
        aria-label={t("test.how")}
        value={never ? "never" : String(test.op)}
        data={[
          ...(isMoney ? [] : [{ value: "never", label: t("event.never") }]),
          ...NUMBER_OPS.map((op) => ({ value: op as string, label: t(`number.${op}`) })),
        ]}
        onChange={(event) => how(event.currentTarget.value)}
      />
      {never ? null : (
        <Amount
          label={isMoney ? t("event.amount") : t("event.times")}
          value={test.value}
          whole={!isMoney}
          change={(value) => change({ ...node, test: { ...test, value } })}
        />
      )}
      {isMoney ? (
        <NativeSelect
          size="xs"
          aria-label={t("event.currency")}
          value={String(measure.currency)}
          data={[...new Set([String(measure.currency), me.currency || "TRY", "TRY", "AZN", "EUR", "USD"])]}
          onChange={(event) =>
            change({ ...node, measure: { ...measure, currency: event.currentTarget.value } })
          }
        />
      ) : never ? null : (
        <Text size="sm">{t("event.timesWord")}</Text>
      )}
      <WindowFields
        window={node.window as Node | undefined}
        change={(window) => change({ ...node, window })}
      />
      <Where node={node} change={change} />
    </>
  );
}

interface Detail {
  property: string;
  test: Node;
}

/** What else holds of each event: properties with a test, all of them met. */
function Where({ node, change }: Props) {
  const { t } = useTranslation("segments");
  const where = (node.where as Detail[] | undefined) ?? [];
  const put = (next: Detail[]) => {
    const { where: _, ...rest } = node;
    change(next.length ? { ...rest, kind: node.kind, where: next } : { ...rest, kind: node.kind });
  };
  return (
    <>
      {where.map((one, at) => (
        <div key={at} className={classes.detail} role="group" aria-label={t("event.where")}>
          <Text size="sm">{t("event.whose")}</Text>
          <NameInput
            of="properties"
            label={t("event.where")}
            events={node.events as string[]}
            value={one.property}
            change={(property, sort) =>
              put(where.with(at, { property, test: testFor(sort, one.test) }))
            }
          />
          <TestFields
            test={one.test}
            sorts={["text", "number", "flag"]}
            change={(test) => put(where.with(at, { ...one, test }))}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("event.dropWhere")}
            onClick={() => put(where.toSpliced(at, 1))}
          >
            <IconX size={15} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<IconPlus size={13} aria-hidden />}
        onClick={() => put([...where, { property: "", test: { kind: "text", op: "eq", values: [""] } }])}
      >
        {t("event.addWhere")}
      </Button>
    </>
  );
}

interface WindowProps {
  window: Node | undefined;
  change: (window: Node) => void;
}

function WindowFields({ window, change }: WindowProps) {
  const { t } = useTranslation("segments");
  const span = window?.span as { amount: number } | undefined;
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("window.which")}
        value={span ? "last" : "ever"}
        data={[
          { value: "ever", label: t("window.ever") },
          { value: "last", label: t("window.last") },
        ]}
        onChange={(event) =>
          change(
            event.currentTarget.value === "ever"
              ? { kind: "ever" }
              : { kind: "last", span: { amount: 30 } },
          )
        }
      />
      {span ? (
        <>
          <Amount
            label={t("window.days")}
            value={span.amount}
            whole
            min={1}
            change={(amount) => change({ kind: "last", span: { ...span, amount } })}
          />
          <Text size="sm">{t("window.daysWord")}</Text>
        </>
      ) : null}
    </>
  );
}
