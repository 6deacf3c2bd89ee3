// Work that is not saved yet: kept in this browser, given back after a reload, never lost silently.
import { Alert, Button, Group, Text } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { now } from "~/api/clock";
import { useFmt } from "./words";

interface Kept<T> {
  value: T;
  /** The version the work began from; another one on the server means somebody else saved. */
  base: string;
  at: number;
}

export interface Draft<T> {
  value: T;
  change: (value: T) => void;
  /** Whether there is something to save. */
  dirty: boolean;
  /** Kept since, in ms, where this is work of an earlier visit. */
  foundAt: number | undefined;
  /** The version the work began from: what is saved is told that it was written over this one. */
  base: string;
  /** The draft began from another version than the server has now. */
  behind: boolean;
  /** Forget it: after saving, or on purpose. */
  done: () => void;
}

const DAYS_KEPT = 30;

/**
 * What is edited under `key`, starting from `saved` of version `base`.
 *
 * Each change is in localStorage at once; whoever opens the same thing in this browser goes on there.
 */
export function useDraft<T>(key: string, saved: T, base: string): Draft<T> {
  const place = `kervan.draft.${key}`;
  const [kept, setKept] = useState<Kept<T> | undefined>(() => read<T>(place));
  const [foundAt, setFoundAt] = useState(kept?.at);
  const mine = useRef(kept?.at);
  const change = useCallback(
    (value: T) => {
      setKept((before) => {
        const newest = { value, base: before?.base ?? base, at: now() };
        write(place, newest);
        mine.current = newest.at;
        return newest;
      });
    },
    [place, base],
  );
  const done = useCallback(() => {
    // What another tab has written meanwhile is its own work, and stays.
    if (read<T>(place)?.at === mine.current) localStorage.removeItem(place);
    setKept(undefined);
    setFoundAt(undefined);
  }, [place]);
  return {
    value: kept ? kept.value : saved,
    change,
    dirty: kept !== undefined,
    foundAt,
    base: kept?.base ?? base,
    behind: kept !== undefined && kept.base !== base,
    done,
  };
}

/** Says so where a draft of an earlier visit is shown, and where somebody else has saved since. */
export function UnsavedGuard<T>({ draft }: { draft: Draft<T> }) {
  const { t } = useTranslation("kit");
  const fmt = useFmt();
  const dirty = useRef(draft.dirty);
  dirty.current = draft.dirty;
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (dirty.current) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, []);
  if (!draft.foundAt && !draft.behind) return null;
  return (
    <Alert role="status" variant="default" mb="sm" py="xs">
      <Group justify="space-between" gap="xs">
        <Text>
          {draft.behind
            ? t("draft.behind")
            : t("draft.found", { when: fmt.dateTime(draft.foundAt ?? 0) })}
        </Text>
        <Button size="xs" variant="default" onClick={draft.done}>
          {t("draft.drop")}
        </Button>
      </Group>
    </Alert>
  );
}

function read<T>(place: string): Kept<T> | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? "null") as Kept<T> | null;
    if (kept && now() - kept.at < DAYS_KEPT * 86_400_000) return kept;
  } catch {
    // What cannot be read is no draft.
  }
  return undefined;
}

function write<T>(place: string, kept: Kept<T>): void {
  try {
    localStorage.setItem(place, JSON.stringify(kept));
  } catch {
    // A full or forbidden store keeps nothing; the page itself still has it.
  }
}
