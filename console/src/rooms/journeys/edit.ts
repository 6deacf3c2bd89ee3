// Changes a journey's text where the picture was changed; comments and order stay as they were.
import { isMap, isSeq, parseDocument, stringify, type Document, YAMLMap, YAMLSeq } from "yaml";

/** The kinds that can be added, in the groups of the menu. */
export const GROUPS = {
  say: ["send", "sequence"],
  time: ["wait"],
  way: ["branch", "split", "experiment"],
  do: ["update_profile", "segment_member", "give_coupon", "give_points", "task", "webhook",
    "ad_audience", "notify", "go_to"],
  end: ["exit"],
} as const; // prettier-ignore
export type Kind = (typeof GROUPS)[keyof typeof GROUPS][number];

/** What a new step says, to be changed in its panel, and the names of its ways out. */
const NEW: Record<Kind, { settings: object; ways: string[] }> = {
  send: { settings: { message: "message" }, ways: ["next"] },
  sequence: {
    settings: { tries: [{ message: "message", channels: ["email"] }], gap: "1 day" },
    ways: ["reacted", "tried"],
  },
  wait: { settings: { for: "1 day" }, ways: ["next"] },
  branch: {
    settings: { ways: [{ name: "yes", when: { kind: "all", of: [] } }] },
    ways: ["yes", "else"],
  },
  split: {
    settings: { first: [{ event: "Order Completed", name: "bought" }], within: "1 day" },
    ways: ["bought", "none"],
  },
  experiment: {
    settings: { ways: [{ name: "a", share: 50 }, { name: "b", share: 50 }] },
    ways: ["a", "b"],
  },
  update_profile: { settings: { set: { vip: true } }, ways: ["next"] },
  segment_member: { settings: { add: ["list"] }, ways: ["next"] },
  give_coupon: { settings: { pool: "pool" }, ways: ["next"] },
  give_points: { settings: { points: 100 }, ways: ["next"] },
  task: { settings: { list: "call", script: "–" }, ways: ["next"] },
  webhook: { settings: { account: "account", body: {} }, ways: ["next"] },
  ad_audience: { settings: { add: ["audience"] }, ways: ["next"] },
  notify: { settings: { role: "marketer", subject: "–" }, ways: ["next"] },
  go_to: { settings: { journey: "journey" }, ways: [] },
  exit: { settings: {}, ways: [] },
}; // prettier-ignore

/** A way out of a step, as the picture shows it. */
export interface Way {
  from: string;
  name: string;
  to: string;
}

/** The text with another key and name: what a copy begins with. */
export function rename(text: string, key: string, name: string): string {
  const doc = parseDocument(text);
  doc.setIn(["journey", "key"], key);
  doc.setIn(["journey", "name"], name);
  return doc.toString({ lineWidth: 0 });
}

/** A new step on a way (before the first step: `from` is ""); gives the text and the step's key. */
export function insert(text: string, way: Way, kind: Kind): { text: string; key: string } {
  const doc = parseDocument(text);
  const list = stepsOf(doc);
  const key = freeKey(list, kind);
  const step = doc.createNode({ key, kind, ...NEW[kind].settings }) as YAMLMap;
  const place = way.from ? indexOf(list, way.from) + 1 : 0;
  const follower = keyAt(list, place);
  list.items.splice(place, 0, step);
  lead(doc, step, NEW[kind].ways, way.to, follower);
  if (way.from) turn(doc, list, way, key, list.items.indexOf(step));
  return { text: doc.toString({ lineWidth: 0 }), key };
}

/** The text without a step; whoever came to it goes where its first way led. */
export function remove(text: string, key: string, onward: string): string {
  const doc = parseDocument(text);
  const list = stepsOf(doc);
  const at = indexOf(list, key);
  if (at < 0) return text;
  const before = list.items[at - 1];
  list.items.splice(at, 1);
  for (const one of maps(list)) redirect(one, key, onward);
  const follows = keyAt(list, at);
  if (isMap(before) && !before.has("next") && onward && follows !== onward && !ends(before)) {
    before.set("next", onward);
  }
  return doc.toString({ lineWidth: 0 });
}

/** The text with one setting of a step; `undefined` takes it away. */
export function set(text: string, key: string, name: string, value: unknown): string {
  const doc = parseDocument(text);
  const step = maps(stepsOf(doc)).find((one) => one.get("key") === key);
  if (!step) return text;
  if (value === undefined) step.delete(name);
  else step.set(name, doc.createNode(value));
  return doc.toString({ lineWidth: 0 });
}

/** The settings of a step as plain data. */
export function settings(text: string, key: string): Record<string, unknown> {
  const doc = parseDocument(text);
  const step = maps(stepsOf(doc)).find((one) => one.get("key") === key);
  return (step?.toJSON() ?? {}) as Record<string, unknown>;
}

/** A part of a step as the YAML it is written in. */
export function partText(value: unknown): string {
  return value === undefined ? "" : stringify(value, { lineWidth: 0 }).trimEnd();
}

/** What a YAML text says, or why it cannot be read. */
export function partOf(text: string): { value: unknown } | { fault: string } {
  const doc = parseDocument(text);
  const fault = doc.errors[0];
  if (fault) return { fault: fault.message.split("\n")[0] ?? "" };
  return { value: text.trim() ? doc.toJSON() : undefined };
}

function stepsOf(doc: Document): YAMLSeq {
  const found = doc.getIn(["journey", "steps"]);
  return isSeq(found) ? found : new YAMLSeq();
}

function maps(list: YAMLSeq): YAMLMap[] {
  return list.items.filter(isMap);
}

function keyAt(list: YAMLSeq, at: number): string {
  const one = list.items[at];
  return isMap(one) ? String(one.get("key") ?? "") : "";
}

function indexOf(list: YAMLSeq, key: string): number {
  return list.items.findIndex((one) => isMap(one) && one.get("key") === key);
}

function freeKey(list: YAMLSeq, kind: string): string {
  const word = kind.replaceAll("_", "-");
  const taken = new Set(maps(list).map((one) => one.get("key")));
  let number = 1;
  while (taken.has(number > 1 ? `${word}-${number}` : word)) number += 1;
  return number > 1 ? `${word}-${number}` : word;
}

/** All ways of a new step lead on to where the way led it was put on. */
function lead(doc: Document, step: YAMLMap, ways: string[], to: string, follower: string): void {
  if (!to || !ways.length) return;
  if (ways.length === 1 && follower === to) return; // the one below is next without a word
  const next = ways.length === 1 ? to : Object.fromEntries(ways.map((name) => [name, to]));
  step.set("next", doc.createNode(next));
}

/** The way leads to the new step now. */
function turn(doc: Document, list: YAMLSeq, way: Way, key: string, place: number): void {
  const from = maps(list).find((one) => one.get("key") === way.from);
  if (!from) return;
  const next = from.get("next");
  if (isMap(next)) next.set(way.name, key);
  else if (next !== undefined || list.items[place - 1] !== from) from.set("next", key);
  else if (way.name !== "next") from.set("next", doc.createNode({ [way.name]: key }));
}

function redirect(step: YAMLMap, gone: string, onward: string): void {
  const next = step.get("next");
  if (next === gone) {
    if (onward) step.set("next", onward);
    else step.delete("next");
  }
  if (!isMap(next)) return;
  for (const pair of next.items) {
    const name = String(pair.key);
    if (next.get(name) === gone) {
      if (onward) next.set(name, onward);
      else next.delete(name);
    }
  }
}

function ends(step: YAMLMap): boolean {
  return step.get("kind") === "exit" || step.get("kind") === "go_to";
}
