// Rule trees as the builder changes them: groups, the conditions that have a form, and all others.
import { isShaped } from "./shapes";

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

/** What a condition of each sort begins as. */
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
  sequence: {
    kind: "sequence",
    stages: [
      { events: ["Product Viewed"] },
      { events: ["Product Added"], within: { amount: 2, unit: "hour" } },
    ],
    window: { kind: "last", span: { amount: 30 } },
  },
  messages: {
    kind: "messages",
    what: "clicked",
    window: { kind: "last", span: { amount: 30 } },
    test: { kind: "number", op: "gte", value: 1 },
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
  journey: { kind: "journey", journey: "", state: "inside" },
  share: { kind: "share", end: 10 },
} satisfies Record<string, Node>;
export type Blank = keyof typeof BLANKS;

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

/** The conditions that have a form: all there are. */
export const FORMS = [
  "trait", "fact", "event", "sequence", "messages", "journey", "member", "reach", "consent", "share",
] as const; // prettier-ignore
export type Form = (typeof FORMS)[number] | "json";

/** The form that shows all of a condition; "json" where a form would hide a part of it. */
export function formOf(node: Node): Form {
  return isShaped(node, FORMS.join("|")) ? (node.kind as Form) : "json";
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
