// Where things stand in a journey's text: values by their path, and what is wrong by its own.
import { type Document, isCollection, isMap, isSeq, parseDocument } from "yaml";
import type { Drawn } from "./api";
import { changed, look } from "./document";

export type Path = (string | number)[];
export interface Placed {
  path: Path;
  what: string;
  /** Ways out of the step that lead nowhere yet. */
  ways: string[];
}
/** The journey's own settings. */
export const HEAD: Path = ["journey"];
const STEPS = 2; // journey, steps
const isScalar = (value: unknown) => typeof value !== "object" || value === null;

/** All that the text says, as plain data; what cannot be read is nothing. */
export function read(text: string): Record<string, unknown> {
  if (latest?.text !== text) latest = { text, said: plain(text) };
  return latest.said;
}

let latest: { text: string; said: Record<string, unknown> } | undefined;

function plain(text: string): Record<string, unknown> {
  const said = look(text).toJSON() as { journey?: unknown } | null;
  const found = said && typeof said === "object" ? said.journey : undefined;
  return found && typeof found === "object" ? (found as Record<string, unknown>) : {};
}

/** Where a step stands; undefined where there is none with this key. */
export function placeOf(text: string, key: string): Path | undefined {
  const steps = read(text).steps;
  const at = Array.isArray(steps)
    ? steps.findIndex((one) => (one as { key?: unknown } | null)?.key === key)
    : -1;
  return at < 0 ? undefined : [...HEAD, "steps", at];
}

/** The text with one value; `undefined` takes it away, and what is empty without it. */
export function put(text: string, path: Path, value: unknown): string {
  return changed(text, (doc) => {
    if (value === undefined) return without(doc, path);
    // A place that says nothing yet ("goal:") is no place to put something into.
    for (let end = HEAD.length + 1; end < path.length; end++) {
      const around = doc.getIn(path.slice(0, end));
      if (around !== undefined && !isCollection(around)) doc.deleteIn(path.slice(0, end));
    }
    // A bare value takes the old one's place, so that the comment behind it stays.
    const isNew = !doc.hasIn(path.slice(0, HEAD.length + 1));
    doc.setIn(path, isScalar(value) ? value : doc.createNode(value));
    if (isNew) beforeSteps(doc);
  });
}

/** What was just added to the head stands above the steps, where its readers look for it. */
function beforeSteps(doc: Document): void {
  const head = doc.getIn(HEAD);
  if (!isMap(head)) return;
  const steps = head.items.findIndex((one) => String(one.key) === "steps");
  const added = steps < 0 ? undefined : head.items.pop();
  if (added) head.items.splice(steps, 0, added);
}

function without(doc: Document, path: Path): void {
  doc.deleteIn(path);
  const least = path[1] === "steps" ? STEPS + 2 : HEAD.length + 1;
  for (let end = path.length - 1; end >= least; end--) {
    const around = doc.getIn(path.slice(0, end));
    if (!isCollection(around) || around.items.length) break;
    doc.deleteIn(path.slice(0, end));
  }
}

/** Each problem with the path of what it is about. */
export function placed(text: string, problems: Drawn["problems"]): Placed[] {
  if (!problems.length) return [];
  const doc = parseDocument(text);
  const begins = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) begins.push(at + 1);
  return problems.map((one) => ({
    path: pathAt(doc.contents, (begins[one.line - 1] ?? 0) + one.column - 1, []),
    what: one.what,
    ways: one.ways,
  }));
}

function pathAt(node: unknown, at: number, path: Path): Path {
  if (isMap(node)) {
    if (node.range?.[0] === at) return path;
    for (const pair of node.items) {
      const key = pair.key as { range?: [number, number, number]; value?: unknown };
      const value = pair.value as { range?: [number, number, number] } | null;
      const end = Math.max(value?.range?.[1] ?? 0, key.range?.[1] ?? 0);
      if ((key.range?.[0] ?? Infinity) <= at && at <= end) {
        return pathAt(value, at, [...path, String(key.value)]);
      }
    }
  } else if (isSeq(node)) {
    for (const [place, item] of node.items.entries()) {
      const range = (item as { range?: [number, number, number] } | null)?.range;
      if (range && range[0] <= at && at <= range[1]) return pathAt(item, at, [...path, place]);
    }
  }
  return path;
}

export function below(faults: Placed[], path: Path): Placed[] {
  return faults.filter((one) => path.every((part, at) => one.path[at] === part));
}

export function at(faults: Placed[], path: Path): Placed[] {
  return below(faults, path).filter((one) => one.path.length === path.length);
}
