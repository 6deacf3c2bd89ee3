// Saves a draft unless somebody else saved meanwhile: asks the server what stands there first.
import { useState } from "react";
import type { Draft } from "~/kit";

interface Ways<T> {
  /** What stands on the server now, as the draft's base names it. */
  fresh: () => Promise<string>;
  /** `over` where another's work is replaced on purpose. */
  save: (value: T, over: boolean) => Promise<unknown>;
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
      if (!over && (draft.behind || (await ways.fresh()) !== base)) {
        setElsewhere(true);
        return;
      }
      await ways.save(draft.value, over);
      await ways.refresh();
      draft.done();
      setElsewhere(false);
      setDone(true);
    } catch (problem) {
      setError(problem);
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
