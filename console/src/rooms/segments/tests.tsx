// The tests of conditions: an operation, and what it compares with.
import { NativeSelect, NumberInput, TagsInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { NameSort } from "./api";
import classes from "./segments.module.css";
import type { Node } from "./tree";

const TEXT_OPS = [
  "eq", "ne", "in", "not_in", "contains", "starts_with", "ends_with", "matches",
] as const; // prettier-ignore
export const NUMBER_OPS = ["gte", "gt", "lte", "lt", "eq", "ne"] as const;
const BARE = ["known", "unknown"] as const;
type Sort = "text" | "number" | "flag";

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
  change: (test: Node) => void;
}

/** `text eq`, `number gte`, `flag true`, `known`: kinds and operations in one choice. */
export function TestFields({ test, sorts, change }: Props) {
  const { t } = useTranslation("segments");
  const choices = [
    ...(sorts.includes("text")
      ? TEXT_OPS.map((op) => ({ value: `text ${op}`, label: t(`text.${op}`) }))
      : []),
    ...(sorts.includes("number")
      ? NUMBER_OPS.map((op) => ({ value: `number ${op}`, label: t(`number.${op}`) }))
      : []),
    ...(sorts.includes("flag")
      ? (["true", "false"] as const).map((one) => ({ value: `flag ${one}`, label: t(`flag.${one}`) }))
      : []),
    ...BARE.map((one) => ({ value: one, label: t(`known.${one}`) })),
  ];
  const now =
    test.kind === "flag" ? `flag ${String(test.value)}` : [test.kind, test.op].filter(Boolean).join(" ");
  const choose = (value: string) => {
    const [kind = "", op = ""] = value.split(" ");
    if (kind === "flag") change({ kind, value: op === "true" });
    else if (kind === "number") {
      change({ kind, op, value: test.kind === "number" ? test.value : 1 });
    } else if (kind === "text") {
      const before = test.kind === "text" ? (test.values as string[]) : [];
      change({ kind, op, values: op.endsWith("in") ? before.filter(Boolean) : [before[0] ?? ""] });
    } else change({ kind });
  };
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("test.how")}
        value={now}
        data={choices}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {test.kind === "text" ? <Texts test={test} change={change} /> : null}
      {test.kind === "number" ? (
        <Amount
          label={t("test.value")}
          value={test.value}
          change={(value) => change({ ...test, value })}
        />
      ) : null}
    </>
  );
}

function Texts({ test, change }: { test: Node; change: (test: Node) => void }) {
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

interface AmountProps {
  label: string;
  value: unknown;
  change: (value: number | string) => void;
  min?: number;
  whole?: boolean;
}

export function Amount({ label, value, change, min, whole }: AmountProps) {
  return (
    <NumberInput
      size="xs"
      w={92}
      aria-label={label}
      value={value as number | string}
      allowDecimal={!whole}
      hideControls
      {...(min === undefined ? {} : { min })}
      onChange={change}
    />
  );
}
