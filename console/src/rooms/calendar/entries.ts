// What stands on each day, in order: broadcasts and the times of journeys.
import type { Calendar, Fires, Sent } from "./api";

export type Entry = { kind: "broadcast"; of: Sent } | { kind: "journey"; of: Fires };

export interface Day {
  entries: Entry[];
  /** Public holidays; quiet where the policy lets nothing go there. */
  holidays: { name: string; country: string; quiet: boolean }[];
}

export const nameOf = (entry: Entry) => `${entry.kind} ${entry.of.key} ${entry.of.day} ${entry.of.time}`;

/** By day, with those only that go by one of `channels` (none: all). */
export function byDay(found: Calendar, channels: string[]): Map<string, Day> {
  const days = new Map<string, Day>();
  const at = (day: string) => {
    const known = days.get(day) ?? { entries: [], holidays: [] };
    days.set(day, known);
    return known;
  };
  const fits = (mine: string[]) => !channels.length || mine.some((one) => channels.includes(one));
  for (const of of found.broadcasts) {
    if (fits(of.channels)) at(of.day).entries.push({ kind: "broadcast", of });
  }
  for (const of of found.journeys) {
    if (fits(of.channels)) at(of.day).entries.push({ kind: "journey", of });
  }
  for (const { day, ...rest } of found.holidays) at(day).holidays.push(rest);
  for (const day of days.values()) day.entries.sort((a, b) => (a.of.time < b.of.time ? -1 : 1));
  return days;
}

/** All channels that anything goes by in these days. */
export function channelsOf(found: Calendar): string[] {
  const all = [...found.broadcasts, ...found.journeys].flatMap((one) => one.channels);
  return [...new Set(all)].sort();
}
