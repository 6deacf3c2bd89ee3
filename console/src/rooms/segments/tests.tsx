// The tests of conditions: an operation, and what it compares with.
import { NativeSelect, TagsInput, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Amount } from "./amounts";
import type { NameSort } from "./api";
import classes from "./segments.module.css";
import { NUMBER_OPS, TEXT_OPS } from "./shapes";
import type { Node } from "./tree";
import { OF_TIMES, WindowFields } from "./windows";

const BARE = ["known", "unknown"] as const;
const BEGIN = {
  time: { kind: "time", window: { kind: "last", span: { amount: 30 } } },
  yearly: { kind: "yearly", before: 7, after: 0 },
} as const;
export type Sort = "text" | "number" | "flag" | "time" | "yearly";
export const OF_VALUES: readonly Sort[] = ["text", "number", "flag"];

/** A test that fits what a name's values are, where nothing was written into the one there is. */
export function testFor(sort: NameSort | undefined, test: Node): Node {
  const blank = test.kind === "text" && (test.values as string[] | undefined)?.join("") === "";
  if (!blank) return test;
  if (sort === "number") return { kind: "number", op: "gte", value: 1 };
  return sort === "flag" ? { kind: "flag", value: true } : test;
}

interface Props {
  test: Node;
  sorts: readonly Sort[];
  /** Whether it may be asked that something is known, or is not. */
  bare?: boolean;
  change: (test: Node) => void;
}

/** `text eq`, `number gte`, `flag true`, `known`: kinds and operations in one choice. */
export function TestFields({ test, sorts, bare = true, change }: Props) {
  const { t } = useTranslation("segments");
  // What stands there is a choice too, also where it does not fit: the server says so.
  const has = (sort: Sort) => sorts.includes(sort) || test.kind === sort;
  const choices = [
    ...(has("text") ? TEXT_OPS.map((op) => ({ value: `text ${op}`, label: t(`text.${op}`) })) : []),
    ...(has("number")
      ? NUMBER_OPS.map((op) => ({ value: `number ${op}`, label: t(`number.${op}`) }))
      : []),
    ...(has("flag")
      ? (["true", "false"] as const).map((one) => ({ value: `flag ${one}`, label: t(`flag.${one}`) }))
      : []),
    ...(["time", "yearly"] as const)
      .filter(has)
      .map((one) => ({ value: one as string, label: t(`time.${one}`) })),
    ...BARE.filter((one) => bare || test.kind === one).map((one) => ({
      value: one as string,
      label: t(`known.${one}`),
    })),
  ];
  const now =
    test.kind === "flag"
      ? `flag ${String(test.value)}`
      : [test.kind, test.op].filter(Boolean).join(" ");
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("test.how")}
        value={now}
        data={choices}
        onChange={(event) => change(turned(test, event.currentTarget.value))}
      />
      {test.kind === "text" ? <Texts test={test} change={change} /> : null}
      {test.kind === "number" ? <Numbers test={test} change={change} /> : null}
      {test.kind === "time" ? (
        <WindowFields
          window={test.window as Node}
          kinds={OF_TIMES}
          change={(window) => change({ ...test, window })}
        />
      ) : null}
      {test.kind === "yearly" ? <Yearly test={test} change={change} /> : null}
    </>
  );
}

/** The test turned into what was chosen; what fits there stays. */
function turned(test: Node, value: string): Node {
  const [kind = "", op = ""] = value.split(" ");
  if (kind === "flag") return { kind, value: op === "true" };
  if (kind === "time" || kind === "yearly") return structuredClone(BEGIN[kind]) as Node;
  if (kind === "number") return numberTest(op, test);
  if (kind !== "text") return { kind };
  const before = test.kind === "text" ? (test.values as string[]) : [];
  return { kind, op, values: op.endsWith("in") ? before.filter(Boolean) : [before[0] ?? ""] };
}

/** A number's test with this operation, with the number there was. */
export function numberTest(op: string, test: Node | undefined): Node {
  const value = test?.kind === "number" ? test.value : 1;
  return { kind: "number", op, value, ...(op === "between" ? { high: test?.high ?? value } : {}) };
}

interface PartProps {
  test: Node;
  change: (test: Node) => void;
}

/** A number, or from one to another. */
export function Numbers({ test, change, label, whole }: PartProps & { label?: string; whole?: boolean }) {
  const { t } = useTranslation("segments");
  const name = label ?? t("test.value");
  return (
    <>
      <Amount
        label={name}
        value={test.value}
        whole={whole ?? false}
        change={(value) => change({ ...test, value })}
      />
      {test.op === "between" ? (
        <>
          <Text size="sm">{t("test.and")}</Text>
          <Amount
            label={t("test.high", { of: name })}
            value={test.high ?? ""}
            whole={whole ?? false}
            change={(high) => change({ ...test, high })}
          />
        </>
      ) : null}
    </>
  );
}

function Yearly({ test, change }: PartProps) {
  const { t } = useTranslation("segments");
  return (
    <>
      <Amount
        label={t("yearly.before")}
        value={test.before ?? 0}
        whole
        min={0}
        max={365}
        change={(before) => change({ ...test, before })}
      />
      <Text size="sm">{t("yearly.beforeWord")}</Text>
      <Amount
        label={t("yearly.after")}
        value={test.after ?? 0}
        whole
        min={0}
        max={365}
        change={(after) => change({ ...test, after })}
      />
      <Text size="sm">{t("yearly.afterWord")}</Text>
    </>
  );
}

function Texts({ test, change }: PartProps) {
  const { t } = useTranslation("segments");
  const values = (test.values as string[] | undefined) ?? [];
  if (test.op === "in" || test.op === "not_in") {
    return (
      <TagsInput
        size="xs"
        className={classes.grow}
        aria-label={t("test.values")}
        value={values}
        onChange={(next) => change({ ...test, values: next })}
      />
    );
  }
  return (
    <TextInput
      size="xs"
      className={classes.grow}
      aria-label={t("test.value")}
      value={values[0] ?? ""}
      onChange={(event) => change({ ...test, values: [event.currentTarget.value] })}
    />
  );
}
