// Campaigns that were begun in this browser and never published: they are nowhere but here.
import type { Wanted } from "./shape";

/** What the form keeps: the text, and the version it is written over, 0 for a new one. */
export interface Work {
  wanted: Wanted;
  from: number;
}

const PLACE = "kervan.draft.onsite.";

/** Keep a campaign that begins, where the form's useDraft finds it. */
export function begin(wanted: Wanted): void {
  const kept = { value: { wanted, from: 0 } satisfies Work, base: "0", at: Date.now() };
  localStorage.setItem(PLACE + wanted.key, JSON.stringify(kept));
}

/** What is kept under a key, null where there is nothing that could be read. */
export function keptOf(key: string): Work | null {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE + key) ?? "null") as { value: Work } | null;
    return kept?.value ?? null;
  } catch {
    return null;
  }
}

/** Those that were begun here and that the server does not have. */
export function onlyHere(known: string[]): Wanted[] {
  return Object.keys(localStorage)
    .filter((one) => one.startsWith(PLACE) && !known.includes(one.slice(PLACE.length)))
    .flatMap((one) => keptOf(one.slice(PLACE.length)) ?? [])
    .filter((one) => one.from === 0)
    .map((one) => one.wanted);
}
