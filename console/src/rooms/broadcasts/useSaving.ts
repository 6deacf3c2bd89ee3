// Saves what the wizard holds over the version it began from; the second of two is told.
import { useState } from "react";
import { Problem } from "~/api/client";
import { queries } from "~/api/queries";
import { keep, oneQuery, refresh } from "./api";
import type { Work } from "./drafts";
import { type Fault, tidied } from "./shape";

export interface Saving {
  busy: boolean;
  error: unknown;
  /** Somebody else saved since this began. */
  elsewhere: boolean;
  faults: Fault[];
  /** Whether it is on the server now. */
  go: () => Promise<Fault[] | null>;
  theirs: () => void;
  mine: () => Promise<unknown>;
}

export function useSaving(work: Work, done: () => void): Saving {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [elsewhere, setElsewhere] = useState(false);
  const [faults, setFaults] = useState<Fault[]>([]);
  const key = work.wanted.key;
  const go = async (from: number): Promise<Fault[] | null> => {
    setBusy(true);
    setError(undefined);
    setElsewhere(false);
    setFaults([]);
    try {
      await keep(tidied(work.wanted), from);
      await queries.fetchQuery({ ...oneQuery(key), staleTime: 0 });
      done();
      void refresh();
      return null;
    } catch (failure) {
      const problem = failure instanceof Problem ? failure : undefined;
      const found = problem?.problems ?? [];
      if (problem?.code === "delivery.broadcast_meanwhile") setElsewhere(true);
      else if (found.length) setFaults(found);
      else setError(failure);
      return found;
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    error,
    elsewhere,
    faults,
    go: () => go(work.from),
    /** What the other one saved, instead of mine. */
    theirs: () => {
      setElsewhere(false);
      done();
      void refresh();
    },
    /** Mine over it, on purpose; the other one stays among the versions. */
    mine: async () => {
      const now = await queries.fetchQuery({ ...oneQuery(key), staleTime: 0 });
      return go(now?.whole.version ?? 0);
    },
  };
}
