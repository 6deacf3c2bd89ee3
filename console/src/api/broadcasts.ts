// The broadcasts that are at work, as the stream tells them: nobody asks again.
import { useEffect, useRef } from "react";
import { useLive } from "./live";
import type { components } from "./schema";

export type Progress = components["schemas"]["Progress"];

/** How each stands now; `changed` is called when one of them begins, ends or becomes another. */
export function useAtWork(on: boolean, changed: () => void): Progress[] | undefined {
  const told = useLive<Progress[]>(on ? "broadcasts" : null);
  const states = told?.map((one) => `${one.key} ${one.status} ${one.stopped} ${one.phase}`).join();
  const before = useRef<string | undefined>(undefined);
  const tell = useRef(changed);
  tell.current = changed;
  useEffect(() => {
    // The first word too: what the page has may be older than it.
    if (states !== undefined && states !== (before.current ?? "")) tell.current();
    before.current = states;
  }, [states]);
  return told;
}
