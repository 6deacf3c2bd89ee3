// Changes a journey's text where the picture was changed; comments and order stay as they were.
import { isMap, isSeq, parseDocument, stringify, type Document, visit, YAMLMap, YAMLSeq } from "yaml";
import type { Card } from "./api";
import { styleOf } from "./document";

const MOST_PASTED = 500_000;

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
  /** Where the step's own "next" leads, which may stand nowhere in the text. */
  onward?: string;
}

/** The text with another key and name: what a copy begins with. */
export function rename(text: string, key: string, name: string): string {
  const doc = parseDocument(text);
  doc.setIn(["journey", "key"], key);
  doc.setIn(["journey", "name"], name);
  return doc.toString(styleOf(text));
}

/** A new step on a way (before the first step: `from` is ""); gives the text and the step's key. */
export function insert(text: string, way: Way, kind: Kind): { text: string; key: string } {
  const doc = parseDocument(text);
  const list = stepsOf(doc);
  const key = freeKey(list, kind);
  const step = doc.createNode({ key, kind, ...NEW[kind].settings }) as YAMLMap;
  const place = way.from ? indexOf(list, way.from) + 1 : 0;
  const follower = keyAt(list, place);
  pin(doc, list, way);
  list.items.splice(place, 0, step);
  lead(doc, step, NEW[kind].ways, way.to, follower);
  if (way.from) turn(doc, list, way, key, list.items.indexOf(step));
  return { text: doc.toString(styleOf(text)), key };
}

/** The text in which a step has another key: ways to it follow, and conditions on its messages. */
export function renameStep(text: string, key: string, next: string): string {
  const doc = parseDocument(text);
  const list = stepsOf(doc);
  maps(list).find((one) => one.get("key") === key)?.set("key", next);
  for (const one of maps(list)) redirect(one, key, next);
  const mine = doc.getIn(["journey", "key"]);
  visit(doc, {
    Map: (_, map, path) => {
      const around = path.at(-1);
      const said = isSeq(around) ? maps(around) : [map];
      const of = said.find((one) => one.get("property") === "journey");
      if (!of || of.get("eq") === mine) follow(map, key, next);
    },
  });
  return doc.toString(styleOf(text));
}

/** A condition on the step that a message came from ("key.2" is the second of a sequence). */
function follow(condition: YAMLMap, key: string, next: string): void {
  if (condition.get("property") !== "step") return;
  const turned = (said: unknown) => {
    const word = String(said);
    return word === key || word.startsWith(`${key}.`) ? next + word.slice(key.length) : said;
  };
  for (const name of ["eq", "ne"]) {
    if (condition.has(name)) condition.set(name, turned(condition.get(name)));
  }
  const many = condition.get("in");
  if (isSeq(many)) many.toJSON().forEach((one: unknown, at: number) => many.set(at, turned(one)));
}

/** The text without some steps; whoever came to one goes where its first way led. */
export function remove(text: string, keys: string[], cards: Card[]): string {
  const doc = parseDocument(text);
  const list = stepsOf(doc);
  const gone = new Set(keys);
  const first = new Map(cards.map((one) => [one.key, one.ways[0]?.to ?? ""]));
  for (const key of keys) {
    const at = indexOf(list, key);
    if (at < 0) continue;
    let onward = first.get(key) ?? "";
    for (let walked = 0; gone.has(onward) && walked < cards.length; walked++) {
      onward = first.get(onward) ?? "";
    }
    if (gone.has(onward)) onward = "";
    const before = list.items[at - 1];
    list.items.splice(at, 1);
    for (const one of maps(list)) redirect(one, key, onward);
    const follows = keyAt(list, at);
    if (isMap(before) && !before.has("next") && onward && follows !== onward && !ends(before)) {
      before.set("next", onward);
    }
  }
  return doc.toString(styleOf(text));
}

/** The text in which the open ways of a step lead on, and no way stands that it has not got. */
export function leadOpen(text: string, key: string, open: string[], stale: string[]): string {
  const doc = parseDocument(text);
  const list = stepsOf(doc);
  const step = maps(list).find((one) => one.get("key") === key);
  if (!step) return text;
  const next = step.get("next");
  const below = keyAt(list, indexOf(list, key) + 1);
  const ways = (isMap(next) ? next.toJSON() : {}) as Record<string, string>;
  const onward = Object.values(ways)[0] ?? (typeof next === "string" ? next : below);
  for (const name of stale) delete ways[name];
  for (const name of open) if (onward) ways[name] = onward;
  const only = Object.keys(ways);
  if (!only.length) step.delete("next");
  else step.set("next", doc.createNode(only.length === 1 && only[0] === "next" ? onward : ways));
  return doc.toString(styleOf(text));
}

/** Steps as a text to be pasted elsewhere: each says where its ways lead. */
export function copied(text: string, keys: string[], cards: Card[]): string {
  const doc = parseDocument(text);
  const out = parseDocument("steps: []\n");
  const list = out.get("steps") as YAMLSeq;
  list.flow = false;
  for (const one of maps(stepsOf(doc))) {
    const key = String(one.get("key"));
    if (!keys.includes(key)) continue;
    const copy = one.clone() as YAMLMap;
    copy.delete("next");
    const ways = (cards.find((card) => card.key === key)?.ways ?? []).filter((way) => way.to);
    const only = ways.length === 1 && ways[0]?.name === "next" ? ways[0].to : undefined;
    if (ways.length) {
      const next = only ?? Object.fromEntries(ways.map((way) => [way.name, way.to]));
      copy.set("next", out.createNode(next));
    }
    list.items.push(copy);
  }
  return out.toString(styleOf(text));
}

/** How many steps a text has to paste; 0 for anything else. */
export function countOf(clip: string): number {
  return clip.length > MOST_PASTED ? 0 : pasted(clip).length;
}

/** The copied steps on a way, under keys that are free; ways that led out of them go on there. */
export function paste(
  text: string,
  clip: string,
  way: Way,
): { text: string; keys: string[] } | undefined {
  const found = pasted(clip);
  if (!found.length) return undefined;
  const doc = parseDocument(text);
  const list = stepsOf(doc);
  const taken = new Set(maps(list).map((one) => String(one.get("key"))));
  const named = new Map<string, string>();
  for (const one of found) {
    const old = String(one.get("key") ?? one.get("kind"));
    const fresh = freeOf(taken, old);
    taken.add(fresh);
    named.set(old, fresh);
    one.set("key", fresh);
  }
  for (const one of found) leadOn(one, named, way.to);
  const place = way.from ? indexOf(list, way.from) + 1 : 0;
  pin(doc, list, way);
  list.items.splice(place, 0, ...found);
  const keys = [...named.values()];
  if (way.from) turn(doc, list, way, keys[0] ?? "", place);
  return { text: doc.toString(styleOf(text)), keys };
}

/** A step and all that can be reached from it and from nowhere else. */
export function onwardOf(key: string, cards: Card[]): string[] {
  const found = new Set([key]);
  const comes = (to: string) => cards.filter((one) => one.ways.some((way) => way.to === to));
  for (let grown = true; grown; ) {
    grown = false;
    for (const one of cards) {
      const before = comes(one.key);
      if (!found.has(one.key) && before.length && before.every((other) => found.has(other.key))) {
        found.add(one.key);
        grown = true;
      }
    }
  }
  return cards.filter((one) => found.has(one.key)).map((one) => one.key);
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
  const taken = new Set(maps(list).map((one) => String(one.get("key"))));
  return freeOf(taken, kind.replaceAll("_", "-"));
}

function freeOf(taken: Set<string>, wanted: string): string {
  if (!taken.has(wanted)) return wanted;
  const word = wanted.replace(/-\d+$/, "");
  let number = 2;
  while (taken.has(`${word}-${number}`)) number += 1;
  return `${word}-${number}`;
}

/** The steps of a copied text, of a whole journey's, of a list or of a single step. */
function pasted(clip: string): YAMLMap[] {
  if (!clip.trim() || clip.length > MOST_PASTED) return [];
  const doc = parseDocument(clip);
  if (doc.errors.length) return [];
  const places = [doc.getIn(["steps"]), doc.getIn(["journey", "steps"]), doc.contents];
  const found = places.find((one) => isSeq(one)) ?? doc.contents;
  const all = isSeq(found) ? maps(found) : isMap(found) ? [found as YAMLMap] : [];
  return all.every((one) => typeof one.get("kind") === "string") ? all : [];
}

function leadOn(step: YAMLMap, named: Map<string, string>, onward: string): void {
  const next = step.get("next");
  if (isMap(next)) {
    for (const pair of [...next.items]) {
      const name = String(pair.key);
      const to = named.get(String(next.get(name))) ?? onward;
      if (to) next.set(name, to);
      else next.delete(name);
    }
    return;
  }
  const isEnd = step.get("kind") === "exit" || step.get("kind") === "go_to";
  const to = next === undefined ? (isEnd ? "" : onward) : (named.get(String(next)) ?? onward);
  if (to) step.set("next", to);
  else step.delete("next");
}

/** Where the step's "next" leads is written down, before something else stands below it. */
function pin(doc: Document, list: YAMLSeq, way: Way): void {
  const from = maps(list).find((one) => one.get("key") === way.from);
  if (!from || way.name === "next" || !way.onward) return;
  const next = from.get("next");
  if (isMap(next)) {
    if (!next.has("next")) next.set("next", way.onward);
  } else from.set("next", doc.createNode({ next: way.onward }));
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
