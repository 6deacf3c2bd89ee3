// Saves a segment on top of the version it began from; where somebody else saved, asks whose shall stand.
import { useState } from "react";
import { Problem } from "~/api/client";
import { queries } from "~/api/queries";
import { refresh, save, segmentQuery, type Whole } from "./api";
import type { Node } from "./tree";

interface Work {
  name: string;
  tree: Node | null;
}

export function useSaving(saved: Whole, work: Work, done: () => void) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const problem = error instanceof Problem ? error : undefined;
  const elsewhere = problem?.code === "segments.changed_meanwhile";
  const now = () => queries.fetchQuery({ ...segmentQuery(saved.key), staleTime: 0 });
  const go = async (from?: number) => {
    setBusy(true);
    setError(undefined);
    try {
      const version = from ?? (await now()).version;
      const made = await save(saved.key, version, work.name.trim(), work.tree);
      queries.setQueryData(segmentQuery(saved.key).queryKey, made);
      done();
      void refresh();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    elsewhere,
    faults: problem?.problems ?? [],
    error: elsewhere || problem?.problems.length ? undefined : error,
    go,
    /** What the other one saved, instead of mine. */
    theirs: () => {
      setError(undefined);
      done();
      void refresh();
    },
    /** Mine over it, on purpose; the other one stays among the versions. */
    mine: () => go(),
  };
}
