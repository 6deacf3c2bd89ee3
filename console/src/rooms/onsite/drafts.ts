// What is written in this browser and not known to be on the server yet.
import { begunOf, type Work as Begun } from "~/kit";
import type { Wanted } from "./shape";

export type Work = Begun<Wanted>;

export const { begin, keptOf, onlyHere } = begunOf<Wanted>("onsite");

const placeOf = (key: string) => `kervan.draft.onsite.${key}`;

/** Work with the edition of the server's draft that it is written over, and what was sent last. */
export interface Waiting {
  value: Work;
  edition?: number;
  sent?: Work | undefined;
}

export function remember(key: string, waiting: Waiting): void {
  try {
    const kept = { ...waiting, base: String(waiting.value.from), at: Date.now() };
    localStorage.setItem(placeOf(key), JSON.stringify(kept));
  } catch {
    // A full store keeps nothing; the server will have it in a moment.
  }
}

export function forget(key: string): void {
  localStorage.removeItem(placeOf(key));
}

/** What an earlier visit wrote and could not send. */
export function lost(key: string): Waiting | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(placeOf(key)) ?? "null") as Waiting | null;
    return kept?.value?.wanted ? kept : undefined;
  } catch {
    return undefined;
  }
}
