// What the list of people shows, kept for this tab: a reload and the way back find it again.
import { useCallback, useState } from "react";
import type { By, View, Wanted } from "./asks";
import { treeOf } from "./asks";

export const COLUMNS = [
  "contact", "reach", "group", "stage", "last_seen", "orders", "worth", "known_since", "language",
  "country",
] as const; // prettier-ignore
export type ColumnKey = (typeof COLUMNS)[number];

export interface Shown extends Wanted {
  columns: string[];
}

const PLACE = "kervan.people";
const FIRST: Shown = {
  text: "",
  segment: "",
  group: "",
  reach: "",
  by: "last_seen",
  descending: true,
  traits: [],
  columns: ["contact", "reach", "group", "last_seen", "orders", "worth"],
};

export function useShown(): [Shown, (change: Partial<Shown>) => void] {
  const [shown, setShown] = useState(read);
  const change = useCallback((part: Partial<Shown>) => {
    setShown((before) => {
      const now = { ...before, ...part };
      // The typed text is somebody's name perhaps: it stays in this tab and in no address.
      sessionStorage.setItem(PLACE, JSON.stringify(now));
      return now;
    });
  }, []);
  return [shown, change];
}

function read(): Shown {
  const asked = new URLSearchParams(location.search).get("segment");
  if (asked) return { ...FIRST, segment: asked };
  try {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "{}") as Partial<Shown>;
    return { ...FIRST, ...kept };
  } catch {
    return FIRST;
  }
}

/** How many parts the filter has. */
export function filterSize(shown: Shown): number {
  return [shown.segment, shown.group, shown.reach].filter(Boolean).length;
}

/** What is kept of a list as a view: no typed text. */
export function asView(shown: Shown, name: string) {
  return {
    name,
    segment: shown.segment || null,
    tree: treeOf(shown) ?? null,
    by: (shown.by === "found" ? "last_seen" : shown.by) as By,
    descending: shown.descending,
    columns: [...shown.columns, ...shown.traits.map((one) => `trait:${one}`)],
  };
}

/** A view as what the list shows. */
export function fromView(view: View): Partial<Shown> {
  const parts = (view.tree?.of ?? []) as Record<string, unknown>[];
  const fact = parts.find((one) => one.kind === "fact") as
    | { test: { values: string[] } }
    | undefined;
  const reach = parts.find((one) => one.kind === "reach") as { channel: string } | undefined;
  const columns = view.columns ?? [];
  return {
    text: "",
    segment: view.segment ?? "",
    group: fact?.test.values[0] ?? "",
    reach: reach?.channel ?? "",
    by: view.by,
    descending: view.descending,
    columns: columns.filter((one) => !one.startsWith("trait:")),
    traits: columns.filter((one) => one.startsWith("trait:")).map((one) => one.slice(6)),
  };
}
