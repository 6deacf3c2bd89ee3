// The text being written: kept on the server a moment after each change, with undo and redo.
import { useCallback, useEffect, useRef, useState } from "react";
import { Problem } from "~/api/client";
import { keep, theirs } from "./api";

export type Saving = "saved" | "saving" | "offline" | "elsewhere" | "failed";

export interface Writing {
  text: string;
  /** `of` names what is written into: quick changes of the same are taken back at once. */
  change: (text: string, of?: string) => void;
  undo: (() => void) | null;
  redo: (() => void) | null;
  saving: Saving;
  /** Keep mine although somebody else wrote meanwhile. */
  overwrite: (edition: number) => void;
  /** Drop what this browser keeps of mine: the next visit begins with what the server has. */
  forget: () => void;
  edition: number;
}

const PAUSE_MS = 600;
const AGAIN_MS = 4_000;
const REMEMBERED = 200;
const TYPING_MS = 1_500;

/** `edition` is that of the draft on the server, 0 where there is none. */
export function useText(key: string, begun: string, edition: number): Writing {
  const place = `kervan.journey.${key}`;
  const [found] = useState(() => lost(place, begun));
  // Found over another edition than the server has now: somebody else wrote, and is not overwritten;
  // or it was I, whose answer came too late to be read.
  const [apart] = useState(!!found && found.edition !== edition && found.sent !== begun);
  const [text, setText] = useState(found?.text ?? begun);
  const [saving, setSaving] = useState<Saving>(apart ? "elsewhere" : "saved");
  const past = useRef<string[]>([]);
  const ahead = useRef<string[]>([]);
  const known = useRef({ text: begun, edition: apart ? (found?.edition ?? 0) : edition });
  const sent = useRef(found?.sent);
  const latest = useRef(text);
  const given = useRef(edition);
  const timer = useRef<number | undefined>(undefined);
  const busy = useRef(false);
  const typing = useRef<{ of: string | undefined; at: number }>({ of: undefined, at: 0 });

  const save = useCallback(
    async (wanted: string) => {
      if (busy.current) {
        timer.current = window.setTimeout(() => void save(wanted), PAUSE_MS);
        return;
      }
      busy.current = true;
      setSaving("saving");
      const before = sent.current;
      sent.current = wanted;
      remember(place, { text: wanted, edition: known.current.edition, sent: before });
      try {
        const kept = await keep(key, wanted, known.current.edition);
        known.current = { text: wanted, edition: kept.edition };
        if (latest.current === wanted) {
          forget(place);
          setSaving("saved");
        } else remember(place, { text: latest.current, edition: kept.edition, sent: wanted });
      } catch (error) {
        const problem = error instanceof Problem ? error : null;
        const cut = !problem || problem.code === "offline" || problem.status >= 500;
        if (problem?.status === 409) {
          // Mine by an answer that never reached me: written over, as nobody else's work is lost.
          const there = await theirs(key).catch(() => null);
          if (there && (there.text === before || there.text === wanted)) {
            known.current = there;
            timer.current = window.setTimeout(() => void save(latest.current), 0);
          } else setSaving("elsewhere");
        }
        else if (cut || problem.status === 401) {
          setSaving("offline");
          timer.current = window.setTimeout(() => void save(wanted), AGAIN_MS);
        } else setSaving("failed");
      } finally {
        busy.current = false;
      }
    },
    [key, place],
  );

  const write = useCallback(
    (wanted: string) => {
      setText(wanted);
      latest.current = wanted;
      setSaving((before) => (before === "elsewhere" ? before : "saving"));
      remember(place, { text: wanted, edition: known.current.edition, sent: sent.current });
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => void save(wanted), PAUSE_MS);
    },
    [place, save],
  );
  // What an earlier visit could not send any more is sent now.
  useEffect(() => {
    if (text !== known.current.text && !apart) write(text);
    return () => window.clearTimeout(timer.current);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  // A draft that went live, or that was thrown away, is over: the next change begins a new one.
  useEffect(() => {
    // Another number is somebody else's work: saving over the known one is refused, and it is told.
    if (!busy.current && edition === 0 && given.current !== 0) known.current.edition = 0;
    given.current = edition;
  }, [edition]);

  const change = useCallback(
    (wanted: string, of?: string) => {
      const at = Date.now();
      const goesOn = of !== undefined && typing.current.of === of && at - typing.current.at < TYPING_MS;
      typing.current = { of, at };
      if (!goesOn) past.current = [...past.current.slice(-REMEMBERED), text];
      ahead.current = [];
      write(wanted);
    },
    [text, write],
  );
  const go = (from: typeof past, to: typeof past) => () => {
    const wanted = from.current.pop();
    if (wanted === undefined) return;
    to.current.push(text);
    typing.current = { of: undefined, at: 0 };
    write(wanted);
  };
  return {
    text,
    change,
    undo: past.current.length ? go(past, ahead) : null,
    redo: ahead.current.length ? go(ahead, past) : null,
    saving,
    overwrite: (latest) => {
      known.current.edition = latest;
      void save(text);
    },
    forget: () => forget(place),
    edition: known.current.edition,
  };
}

/** What is written here and not known to be saved: over which edition, and what was sent last. */
interface Kept {
  text: string;
  edition: number;
  sent?: string | undefined;
}

function remember(place: string, kept: Kept): void {
  try {
    localStorage.setItem(place, JSON.stringify(kept));
  } catch {
    // A full store keeps nothing; the server will have it in a moment.
  }
}

function forget(place: string): void {
  localStorage.removeItem(place);
}

/** What an earlier visit wrote and could not save. */
function lost(place: string, begun: string): Kept | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? "null") as Kept | null;
    return kept && kept.text !== begun ? kept : undefined;
  } catch {
    return undefined;
  }
}
