// Publishes what the form holds over the version it began from; the second of two is told.
import { useState } from "react";
import { Problem } from "~/api/client";
import { queries } from "~/api/queries";
import { noDraft, oneQuery, publish } from "./api";
import type { Writing } from "./useWork";

export interface Saving {
  /** Somebody else published since this began. */
  elsewhere: boolean;
  /** Throws what the server says against it. */
  go: () => Promise<void>;
  theirs: () => Promise<void>;
  mine: () => Promise<void>;
  error: unknown;
}

export function useSaving(writing: Writing): Saving {
  const [elsewhere, setElsewhere] = useState(false);
  const [error, setError] = useState<unknown>();
  const { value: work, settle, done, drop } = writing;
  const { key } = work.wanted;
  const go = async (from: number): Promise<void> => {
    setElsewhere(false);
    setError(undefined);
    try {
      await publish(work.wanted, from, await settle());
    } catch (failure) {
      if (failure instanceof Problem && failure.code === "web.changed_meanwhile") {
        setElsewhere(true);
        return;
      }
      throw failure;
    }
    await queries.fetchQuery({ ...oneQuery(key), staleTime: 0 });
    done();
    void noDraft(key);
  };
  return {
    elsewhere,
    error,
    go: () => go(work.from),
    /** What the other one published, instead of mine. */
    theirs: async () => {
      try {
        await drop();
        setElsewhere(false);
        await noDraft(key);
      } catch (failure) {
        setError(failure);
      }
    },
    /** Mine over it, on purpose; the other one stays among the versions. */
    mine: async () => {
      try {
        const now = await queries.fetchQuery({ ...oneQuery(key), staleTime: 0 });
        await go(now?.version ?? 0);
      } catch (failure) {
        setError(failure);
      }
    },
  };
}
