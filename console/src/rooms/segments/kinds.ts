// Who may ask for a segment, and the page of each.
export const KINDS = [
  "segment", "journey", "message", "onsite", "broadcast", "audience", "sync",
] as const; // prettier-ignore
export type Kind = (typeof KINDS)[number];

const PLACES: Partial<Record<string, string>> = {
  segment: "/segments/",
  journey: "/journeys/",
  message: "/messages/",
};

/** Where a user of a segment has its page; a receiver and an audience are on the segment's own. */
export function placeOf(kind: string, key: string): string | undefined {
  if (kind === "broadcast") return "/broadcasts";
  return PLACES[kind] ? PLACES[kind] + key : undefined;
}
