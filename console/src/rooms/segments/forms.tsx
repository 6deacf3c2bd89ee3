// The forms of what somebody is: traits, facts, reach, segments, a random share.
import { MultiSelect, NativeSelect, Select, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Amount } from "./amounts";
import { listQuery } from "./api";
import { NameInput } from "./Names";
import classes from "./segments.module.css";
import { CHANNELS, REACH } from "./shapes";
import { type Sort, testFor, TestFields } from "./tests";
import type { Node } from "./tree";

interface Props {
  node: Node;
  change: (node: Node) => void;
}

const WORDS = {
  rfm_group: [
    "champions", "loyal", "potential_loyalist", "new", "promising", "need_attention",
    "about_to_sleep", "at_risk", "cant_lose", "hibernating", "lost",
  ],
  life_cycle: ["new", "active", "lapsing", "lapsed"],
  engagement: ["engaged", "cooling", "unengaged"],
} as const; // prettier-ignore
/** Every fact, with what its values are. */
const FACTS = {
  language: ["text"],
  country: ["text"],
  zone: ["text"],
  birthday: ["yearly"],
  known_since: ["time", "yearly"],
  life_cycle: ["text"],
  engagement: ["text"],
  rfm_group: ["text"],
  rfm: ["number"],
  rfm_recency: ["number"],
  rfm_frequency: ["number"],
  rfm_monetary: ["number"],
  score: ["number"],
} as const satisfies Record<string, readonly Sort[]>;
type FactName = keyof typeof FACTS;
const SCORE = "score.";
/** What a test of each sort begins as. */
const BEGIN: Record<string, Node> = {
  text: { kind: "text", op: "eq", values: [""] },
  words: { kind: "text", op: "in", values: [] },
  number: { kind: "number", op: "gte", value: 1 },
  yearly: { kind: "yearly", before: 7, after: 0 },
  time: { kind: "time", window: { kind: "last", span: { amount: 30 } } },
};

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
        sorts={["text", "number", "flag", "time", "yearly"]}
        change={(test) => change({ ...node, test })}
      />
    </>
  );
}

export function FactForm({ node, change }: Props) {
  const { t } = useTranslation("segments");
  const fact = String(node.fact);
  const test = node.test as Node;
  const isScore = fact.startsWith(SCORE);
  const name = (isScore ? "score" : fact) as FactName;
  // One that is not known stays as it is written; the server says what is wrong.
  const names = Object.keys(FACTS) as FactName[];
  const data = names.map((one) => ({ value: one as string, label: t(`fact.${one}`) }));
  const choose = (next: FactName) => {
    const sort = FACTS[next][0];
    const fits = (FACTS[next] as readonly string[]).includes(test.kind) && !(next in WORDS);
    const begin = structuredClone(BEGIN[next in WORDS ? "words" : sort]) as Node;
    change({ ...node, fact: next === "score" ? SCORE : next, test: fits ? test : begin });
  };
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("fact.which")}
        value={name}
        data={name in FACTS ? data : [...data, { value: name, label: fact }]}
        onChange={(event) => choose(event.currentTarget.value as FactName)}
      />
      {isScore ? (
        <TextInput
          size="xs"
          className={classes.grow}
          aria-label={t("fact.scoreName")}
          placeholder={t("fact.scoreName")}
          value={fact.slice(SCORE.length)}
          onChange={(event) => change({ ...node, fact: SCORE + event.currentTarget.value })}
        />
      ) : null}
      {name in WORDS && isWordTest(test) ? (
        <WordFields
          fact={name as keyof typeof WORDS}
          test={test}
          change={(next) => change({ ...node, test: next })}
        />
      ) : (
        <TestFields
          test={test}
          sorts={FACTS[name] ?? []}
          change={(next) => change({ ...node, test: next })}
        />
      )}
    </>
  );
}

function isWordTest(test: Node): boolean {
  if (test.kind === "text") return ["in", "not_in", "eq", "ne"].includes(String(test.op));
  return test.kind === "known" || test.kind === "unknown";
}

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

export function Channel({ node, change }: Props) {
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

/** A part of all people, always the same ones for the same mark. */
export function ShareForm({ node, change }: Props) {
  const { t } = useTranslation("segments");
  const percent = (field: "start" | "end", label: string, empty: number) => (
    <Amount
      label={label}
      value={node[field] ?? empty}
      min={0}
      max={100}
      change={(value) => change({ ...node, [field]: value })}
    />
  );
  return (
    <>
      <Text size="sm">{t("share.from")}</Text>
      {percent("start", t("share.start"), 0)}
      <Text size="sm">{t("share.to")}</Text>
      {percent("end", t("share.end"), 100)}
      <Text size="sm">{t("share.percent")}</Text>
      <TextInput
        size="xs"
        className={classes.grow}
        aria-label={t("share.salt")}
        placeholder={t("share.saltHelp")}
        value={String(node.salt ?? "")}
        onChange={(event) => change({ ...node, salt: event.currentTarget.value })}
      />
    </>
  );
}
