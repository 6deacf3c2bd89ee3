// Rule trees as the builder changes them: groups, the conditions that have a form, and all others.

export interface Node {
  kind: string;
  [field: string]: unknown;
}
export const GROUPS = ["all", "any", "none"] as const;
export type GroupKind = (typeof GROUPS)[number];
export interface Group extends Node {
  kind: GroupKind;
  of: Node[];
}
export interface Fault {
  path: string;
  message: string;
}

/** Text of a condition that is no JSON yet: kept in the draft, refused by the server. */
export const UNREAD = "unread";

/** The commonest conditions, each with what it begins as. */
export const BLANKS = {
  trait: { kind: "trait", trait: "", test: { kind: "text", op: "eq", values: [""] } },
  event: {
    kind: "event",
    events: ["Order Completed"],
    window: { kind: "last", span: { amount: 30 } },
    test: { kind: "number", op: "gte", value: 1 },
  },
  money: {
    kind: "event",
    events: ["Order Completed"],
    once: true,
    window: { kind: "last", span: { amount: 365 } },
    measure: { kind: "money", currency: "TRY" },
    test: { kind: "number", op: "gte", value: 1000 },
  },
  rfm: {
    kind: "fact",
    fact: "rfm_group",
    test: { kind: "text", op: "in", values: ["champions", "loyal"] },
  },
  fact: { kind: "fact", fact: "language", test: { kind: "text", op: "eq", values: ["tr"] } },
  reach: { kind: "reach", channel: "email", state: "reachable" },
  consent: { kind: "consent", channel: "email", state: "granted" },
  member: { kind: "member", segment: "" },
  other: { kind: "messages", what: "clicked", channel: "email" },
} satisfies Record<string, Node>;
export type Blank = keyof typeof BLANKS;
export type Form = Exclude<Blank, "rfm" | "other"> | "json";

export function isGroup(node: Node): node is Group {
  return (GROUPS as readonly string[]).includes(node.kind) && Array.isArray(node.of);
}

/** The tree as a group, and whether that group is only drawn around a single condition. */
export function asGroup(tree: Node): { group: Group; drawn: boolean } {
  return isGroup(tree)
    ? { group: tree, drawn: false }
    : { group: { kind: "all", of: [tree] }, drawn: true };
}

/** Whether any condition's text is no JSON. */
export function unread(node: Node): boolean {
  return node.kind === UNREAD || (isGroup(node) && node.of.some(unread));
}

const NUMBER_OPS = ["gte", "gt", "lte", "lt", "eq", "ne"];
const FACTS = ["language", "country", "zone", "rfm_group", "life_cycle", "engagement"];
const NUMBER_FACTS = ["rfm_recency", "rfm_frequency", "rfm_monetary"];
export const TEXT_FACTS = FACTS.filter((one) => one !== "rfm_group");

/** The form that shows all of a condition; "json" where a form would hide a part of it. */
export function formOf(node: Node): Form {
  const has = (...fields: string[]) =>
    Object.entries(node).every(
      ([name, value]) => name === "kind" || fields.includes(name) || isNothing(value),
    );
  const test = node.test as Node | undefined;
  if (node.kind === "trait" && has("trait", "test") && isPlainTest(test)) return "trait";
  if (node.kind === "fact" && has("fact", "test") && isFact(String(node.fact), test)) return "fact";
  if (node.kind === "reach" && has("channel", "state")) return "reach";
  if (node.kind === "member" && has("segment")) return "member";
  if (node.kind === "consent" && has("channel", "state", "purpose")) {
    return (node.purpose ?? "marketing") === "marketing" ? "consent" : "json";
  }
  if (node.kind === "event" && has("events", "where", "window", "measure", "test", "once")) {
    return arePlain(node.where as Node[] | undefined) ? formOfEvent(node, test) : "json";
  }
  return "json";
}

function formOfEvent(node: Node, test: Node | undefined): Form {
  const measure = (node.measure as Node | undefined) ?? { kind: "count" };
  const isNumber = !test || (test.kind === "number" && NUMBER_OPS.includes(String(test.op)));
  if (!isNumber || !isPlainWindow(node.window as Node | undefined)) return "json";
  if (measure.kind === "count" && !node.once) return "event";
  const isSum = measure.kind === "money" && (measure.how ?? "sum") === "sum";
  return isSum && test ? "money" : "json";
}

/** Whether all of these details of an event have a form. */
function arePlain(where: Node[] | undefined): boolean {
  return (where ?? []).every((one) => isPlainTest(one.test as Node | undefined));
}

function isPlainWindow(window: Node | undefined): boolean {
  if (!window || window.kind === "ever") return true;
  const span = window.span as { unit?: string } | undefined;
  return window.kind === "last" && !!span && isNothing(window.skip) && (span.unit ?? "day") === "day";
}

function isPlainTest(test: Node | undefined): boolean {
  if (test?.kind === "number") return NUMBER_OPS.includes(String(test.op));
  return ["text", "flag", "known", "unknown"].includes(String(test?.kind));
}

function isFact(fact: string, test: Node | undefined): boolean {
  if (FACTS.includes(fact)) return ["text", "known", "unknown"].includes(String(test?.kind));
  const isNumber = NUMBER_FACTS.includes(fact) || fact.startsWith("score.");
  return isNumber && test?.kind !== "text" && test?.kind !== "flag" && isPlainTest(test);
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === "" || value === false ||
    (Array.isArray(value) && !value.length); // prettier-ignore
}

/** What is wrong at a condition or below it. */
export function faultsIn(faults: Fault[], path: string): Fault[] {
  return faults.filter((one) => one.path === path || one.path.startsWith(`${path}/`));
}

/** What is wrong with a group itself, and not with one of its parts. */
export function faultsOf(faults: Fault[], path: string): Fault[] {
  return faults.filter((one) => [path, `${path}/of`, `${path}/kind`].includes(one.path));
}

/** The address of a name: letters a to z, digits and dashes. */
export function keyOf(folded: string): string {
  return folded
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
}
