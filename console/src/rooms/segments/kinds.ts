// Who may ask for a segment, and the page of each.
export const KINDS = [
  "segment", "journey", "message", "onsite", "broadcast", "audience", "sync",
] as const; // prettier-ignore
export type Kind = (typeof KINDS)[number];

export const PLACES: Partial<Record<string, string>> = {
  segment: "/segments/",
  journey: "/journeys/",
  message: "/messages/",
  broadcast: "/broadcasts/",
};
