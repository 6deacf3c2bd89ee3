// Messages that were begun in this browser and never saved: they are nowhere but here.
import { now } from "~/api/clock";
import type { Definition } from "./shape";

/** What the editor keeps: the text, and what it was written over. */
export interface Work {
  definition: Definition;
  /** The version this began from, 0 for a new one: saving says so, and the second of two is told. */
  from: number;
  /** The proposal it began from. */
  proposal: string;
}

const PLACE = "kervan.draft.message.";

/** Keep a message that begins, where the editor's useDraft finds it. */
export function begin(definition: Definition): void {
  const value: Work = { definition, from: 0, proposal: "" };
  const kept = { value, base: baseOf(0, ""), at: now() };
  localStorage.setItem(PLACE + definition.key, JSON.stringify(kept));
}

export function baseOf(version: number, proposal: string): string {
  return `${version}/${proposal}`;
}

/** What is kept under a key, null where there is nothing that could be read. */
export function keptOf(key: string): Definition | null {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE + key) ?? "null") as { value: Work } | null;
    return kept?.value.definition ?? null;
  } catch {
    return null;
  }
}

/** All drafts of messages in this browser. */
export function allKept(): Definition[] {
  return Object.keys(localStorage)
    .filter((one) => one.startsWith(PLACE))
    .flatMap((one) => keptOf(one.slice(PLACE.length)) ?? []);
}
