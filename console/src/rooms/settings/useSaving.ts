// Saves a draft unless somebody else saved meanwhile: the server is told what it was written over,
// or asked first where it cannot tell the two apart itself.
import { useState } from "react";
import { Problem } from "~/api/client";
import type { Draft } from "~/kit";

interface Ways<T> {
  /** What stands on the server now, as the draft's base names it; left out where it checks itself. */
  fresh?: () => Promise<string>;
  /** `match` is the edition that If-Match names: "*" where another's work is replaced on purpose. */
  save: (value: T, match: string) => Promise<unknown>;
  refresh: () => Promise<unknown>;
}

export interface Saving {
  busy: boolean;
  error: unknown;
  /** Somebody else saved since the draft began. */
  elsewhere: boolean;
  /** Saved, and nothing has been typed since. */
  done: boolean;
  go: () => Promise<void>;
  /** What the other one saved, instead of mine. */
  theirs: () => void;
  /** Mine over it, on purpose. */
  mine: () => Promise<void>;
}

/** What the server says to the second of two. */
const MEANWHILE = ["web.changed_meanwhile", "content.brand_meanwhile"];
const isMeanwhile = (problem: unknown) =>
  problem instanceof Problem && MEANWHILE.includes(problem.code);

export function useSaving<T>(draft: Draft<T>, base: string, ways: Ways<T>): Saving {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [elsewhere, setElsewhere] = useState(false);
  const [done, setDone] = useState(false);
  const go = async (over: boolean) => {
    setBusy(true);
    setError(undefined);
    setDone(false);
    try {
      if (!over && (draft.behind || (ways.fresh && (await ways.fresh()) !== base))) {
        setElsewhere(true);
        return;
      }
      await ways.save(draft.value, over ? "*" : draft.base);
      await ways.refresh();
      draft.done();
      setElsewhere(false);
      setDone(true);
    } catch (problem) {
      if (isMeanwhile(problem)) {
        setElsewhere(true);
        void ways.refresh();
      } else setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    error,
    elsewhere,
    done: done && !draft.dirty,
    go: () => go(false),
    theirs: () => {
      setElsewhere(false);
      setError(undefined);
      draft.done();
      void ways.refresh();
    },
    mine: () => go(true),
  };
}
