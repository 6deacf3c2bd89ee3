// What is being written: in this browser at once, on the server a moment later, for every device.
import { useCallback, useEffect, useRef, useState } from "react";
import { Problem } from "~/api/client";
import { dropDraft, type Kept, keepDraft, theirDraft } from "./api";
import { forget, lost, remember, type Work } from "./drafts";
import type { Wanted } from "./shape";

export type Keeping = "saved" | "saving" | "offline" | "elsewhere" | "failed";

export interface Writing {
  value: Work;
  change: (value: Work) => void;
  /** Whether there is something to publish. */
  dirty: boolean;
  keeping: Keeping;
  /** When the draft was kept that an earlier visit, or somebody else, wrote. */
  foundAt: string | undefined;
  /** Sends what is not sent yet; gives the edition of the draft, 0 where there is none. */
  settle: () => Promise<number>;
  /** It is published: there is no draft any more. */
  done: () => void;
  drop: () => Promise<void>;
  /** Somebody else wrote meanwhile: theirs stays, or mine takes its place. */
  theirs: () => Promise<void>;
  mine: () => Promise<void>;
}

const PAUSE_MS = 600;
const AGAIN_MS = 4_000;

const workOf = (kept: Kept): Work => ({ wanted: kept.campaign as unknown as Wanted, from: kept.base });
const same = (one: Work | undefined, other: Work | undefined) =>
  JSON.stringify(one) === JSON.stringify(other);

/** `saved` is what is live; `kept` the draft on the server, null where there is none. */
export function useWork(key: string, saved: Work, kept: Kept | null): Writing {
  const [found] = useState(() => lost(key));
  const there = kept ? workOf(kept) : undefined;
  // Kept here over another edition than the server has now: somebody else wrote. Or it was I, whose
  // answer came too late to be read.
  const [apart] = useState(
    () => !!found && !same(found.value, there) && (found.edition ?? 0) !== (kept?.edition ?? 0)
      && !(there && same(found.sent, there)),
  ); // prettier-ignore
  const known = useRef<{ work: Work | undefined; edition: number }>(
    apart ? { work: undefined, edition: found?.edition ?? 0 } : { work: there, edition: kept?.edition ?? 0 },
  );
  const [work, setWork] = useState<Work | undefined>(() => found?.value ?? there);
  const [keeping, setKeeping] = useState<Keeping>(apart ? "elsewhere" : "saved");
  const [foundAt, setFoundAt] = useState(found ? undefined : kept?.at);
  const latest = useRef(work);
  const sent = useRef(found?.sent);
  const timer = useRef<number | undefined>(undefined);
  const going = useRef<Promise<void> | null>(null);

  const note = useCallback(
    (value: Work) => remember(key, { value, edition: known.current.edition, sent: sent.current }),
    [key],
  );
  const send = useCallback(async (): Promise<void> => {
    window.clearTimeout(timer.current);
    if (going.current) await going.current;
    const wanted = latest.current;
    if (!wanted || same(wanted, known.current.work)) return;
    const run = async () => {
      setKeeping("saving");
      const before = sent.current;
      sent.current = wanted;
      note(wanted);
      try {
        const made = await keepDraft(wanted, known.current.edition);
        known.current = { work: wanted, edition: made.edition };
        if (latest.current === wanted) {
          forget(key);
          setKeeping("saved");
        } else if (latest.current) note(latest.current);
      } catch (error) {
        const problem = error instanceof Problem ? error : null;
        if (problem?.code === "onsite.draft_changed") {
          // Mine by an answer that never reached me: written over, as nobody else's work is lost.
          const now = await theirDraft(key).catch(() => null);
          if (now && (same(workOf(now), before) || same(workOf(now), wanted))) {
            known.current = { work: workOf(now), edition: now.edition };
            timer.current = window.setTimeout(() => void send(), 0);
          } else setKeeping("elsewhere");
        } else if (!problem || problem.code === "offline" || problem.status >= 500 || problem.status === 401) {
          setKeeping("offline");
          timer.current = window.setTimeout(() => void send(), AGAIN_MS);
        } else setKeeping("failed");
      }
    };
    going.current = run().finally(() => {
      going.current = null;
    });
    await going.current;
  }, [key, note]);

  const change = useCallback(
    (value: Work) => {
      latest.current = value;
      setWork(value);
      setFoundAt(undefined);
      note(value);
      setKeeping((now) => (now === "elsewhere" ? now : "saving"));
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => void send(), PAUSE_MS);
    },
    [note, send],
  );
  const put = (value: Work | undefined, edition: number, at?: string) => {
    window.clearTimeout(timer.current);
    forget(key);
    known.current = { work: value, edition };
    latest.current = value;
    sent.current = undefined;
    setWork(value);
    setFoundAt(at);
    setKeeping("saved");
  };
  // What an earlier visit could not send any more is sent now.
  useEffect(() => {
    if (found && !apart) {
      if (same(found.value, known.current.work)) forget(key);
      else void send();
    }
    return () => window.clearTimeout(timer.current);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  // What somebody else wrote is shown here where nothing of mine waits.
  const edition = kept?.edition ?? 0;
  useEffect(() => {
    const waits = going.current || lost(key);
    if (waits) return;
    if (kept && edition > known.current.edition) put(workOf(kept), edition, kept.at);
    if (!kept && known.current.edition > 0) put(undefined, 0);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [edition]);

  return {
    value: work ?? saved,
    change,
    dirty: work !== undefined,
    keeping,
    foundAt,
    settle: async () => {
      await send();
      return known.current.edition;
    },
    done: () => put(undefined, 0),
    drop: async () => {
      if (known.current.edition) await dropDraft(key, known.current.edition);
      put(undefined, 0);
    },
    theirs: async () => {
      const now = await theirDraft(key);
      put(now ? workOf(now) : undefined, now?.edition ?? 0, now?.at);
    },
    mine: async () => {
      const now = await theirDraft(key);
      known.current = { work: now ? workOf(now) : undefined, edition: now?.edition ?? 0 };
      setKeeping("saving");
      await send();
    },
  };
}

