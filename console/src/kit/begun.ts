// What was begun in this browser and never saved: it is nowhere but here.
import { now } from "~/api/clock";

/** What a form keeps: the text, and the version it is written over, 0 for a new one. */
export interface Work<W> {
  wanted: W;
  from: number;
}

/** Drafts of one room, kept where its forms' useDraft finds them. */
export function begunOf<W extends { key: string }>(room: string) {
  const place = `kervan.draft.${room}.`;

  /** Keep one that begins. */
  function begin(wanted: W): void {
    const kept = { value: { wanted, from: 0 } satisfies Work<W>, base: "0", at: now() };
    localStorage.setItem(place + wanted.key, JSON.stringify(kept));
  }

  /** What is kept under a key, null where there is nothing that could be read. */
  function keptOf(key: string): Work<W> | null {
    try {
      const kept = JSON.parse(localStorage.getItem(place + key) ?? "null") as { value: Work<W> } | null;
      return kept?.value ?? null;
    } catch {
      return null;
    }
  }

  /** Those that were begun here and that the server does not have. */
  function onlyHere(known: string[]): W[] {
    return Object.keys(localStorage)
      .filter((one) => one.startsWith(place) && !known.includes(one.slice(place.length)))
      .flatMap((one) => keptOf(one.slice(place.length)) ?? [])
      .filter((one) => one.from === 0)
      .map((one) => one.wanted);
  }

  return { begin, keptOf, onlyHere };
}
