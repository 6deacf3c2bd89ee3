// Days as texts such as 2026-11-27: no clock and no zone may move them. A week begins on Monday.
const DAY_MS = 86_400_000;
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export const VIEWS = ["month", "week", "list"] as const;
export type View = (typeof VIEWS)[number];

const noon = (day: string) => Date.parse(`${day}T12:00:00Z`);
const text = (at: number) => new Date(at).toISOString().slice(0, 10);

/** The day that is so many days later. */
export function plus(day: string, days: number): string {
  return text(noon(day) + days * DAY_MS);
}

/** 0 for Monday. */
export function weekdayOf(day: string): number {
  return (new Date(noon(day)).getUTCDay() + 6) % 7;
}

export function isDay(given: unknown): given is string {
  return typeof given === "string" && /^\d{4}-\d\d-\d\d$/.test(given) && !Number.isNaN(noon(given));
}

/** The first and the last day that a view shows around a day. */
export function spanOf(view: View, day: string): { from: string; to: string } {
  if (view === "week") {
    const from = plus(day, -weekdayOf(day));
    return { from, to: plus(from, 6) };
  }
  const first = `${day.slice(0, 8)}01`;
  const last = plus(monthLater(first, 1), -1);
  if (view === "list") return { from: first, to: last };
  return { from: plus(first, -weekdayOf(first)), to: plus(last, 6 - weekdayOf(last)) };
}

/** The day a view goes to from here, so many of its steps later. */
export function stepped(view: View, day: string, steps: number): string {
  return view === "week" ? plus(day, steps * 7) : monthLater(`${day.slice(0, 8)}01`, steps);
}

function monthLater(first: string, months: number): string {
  const [year = 0, month = 1] = first.split("-").map(Number);
  return text(Date.UTC(year, month - 1 + months, 1, 12));
}

/** All days of a span, in order. */
export function daysOf({ from, to }: { from: string; to: string }): string[] {
  const count = Math.round((noon(to) - noon(from)) / DAY_MS) + 1;
  return Array.from({ length: count }, (_, at) => plus(from, at));
}
