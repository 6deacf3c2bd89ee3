// The days the overview is of, and their place in the address: a link shows what its sender saw.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { todayIn } from "~/api/clock";
import { useFmt } from "~/kit";

export const LENGTHS = [7, 28, 90] as const;
const USUAL = 28;
const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whole days of the workspace's zone, both included. */
export interface Span {
  from: string;
  to: string;
  compare: boolean;
}

/** What the address says; `days` counts back from today, own dates stand for themselves. */
export interface Asked {
  days?: number;
  from?: string;
  to?: string;
  compare?: "none";
  currency?: string;
}

export function useSpan() {
  const { zone } = useFmt();
  const asked = read(useSearch({ strict: false }));
  const go = useNavigate();
  const today = todayIn(zone);
  const own = asked.from !== undefined && asked.to !== undefined;
  const days = asked.days ?? USUAL;
  const span: Span = {
    from: own ? (asked.from as string) : back(today, days - 1),
    to: own ? (asked.to as string) : today,
    compare: asked.compare !== "none",
  };
  const change = (to: Asked) => {
    const kept = Object.entries({ ...asked, ...to }).filter(([, one]) => one !== undefined);
    void go({ to: "/overview" as string, search: Object.fromEntries(kept) as never, replace: true });
  };
  return { asked, span, own, days, change };
}

function read(search: Record<string, unknown>): Asked {
  const day = (one: unknown) => (typeof one === "string" && DAY.test(one) ? one : undefined);
  const days = LENGTHS.find((one) => one === Number(search.days));
  return {
    days,
    from: day(search.from),
    to: day(search.to),
    compare: search.compare === "none" ? "none" : undefined,
    currency: typeof search.currency === "string" ? search.currency : undefined,
  };
}

function back(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
}
