// Which cards are chosen, marked, focused or on a story's way: each card hears of itself only, so
// that a journey of hundreds of steps is not drawn anew for one of them.
import { createContext, useContext, useSyncExternalStore } from "react";
import { ENTRY } from "./layout";

export interface Picked {
  /** Whose panel is open. */
  selected: string | undefined;
  /** Where the keyboard is; the only card in the order of Tab. */
  current: string;
  marked: ReadonlySet<string>;
  /** What a tried story has come by, and where it is now. */
  seen: ReadonlySet<string>;
  now: string | undefined;
}

export class Picks {
  value: Picked = {
    selected: undefined, current: ENTRY, marked: new Set(), seen: new Set(), now: undefined,
  }; // prettier-ignore
  private readonly hearing = new Set<() => void>();

  set(part: Partial<Picked>): void {
    this.value = { ...this.value, ...part };
    for (const tell of this.hearing) tell();
  }

  hear = (tell: () => void): (() => void) => {
    this.hearing.add(tell);
    return () => this.hearing.delete(tell);
  };
}

export const PicksOf = createContext(new Picks());

/** How a card stands: some of the words selected, current, marked, seen, now. */
export function useMark(key: string): string {
  const picks = useContext(PicksOf);
  return useSyncExternalStore(picks.hear, () => {
    const { selected, current, marked, seen, now } = picks.value;
    const words = [
      selected === key && "selected", current === key && "current", marked.has(key) && "marked",
      seen.has(key) && "seen", now === key && "now",
    ]; // prettier-ignore
    return words.filter(Boolean).join(" ");
  });
}
