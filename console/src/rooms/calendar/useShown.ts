// Which days are shown and how: in the address, so that a reload and the way back find them again.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMediaQuery } from "@mantine/hooks";
import { isDay, type View, VIEWS } from "./days";

const NARROW = "(max-width: 699px)";

export interface Shown {
  /** On a narrow screen always a list. */
  view: View;
  narrow: boolean;
  /** A day of the span that is shown; today where the address names none. */
  day: string;
  /** Channels to show; none: all. */
  channels: string[];
}

export function useShown(today: string): [Shown, (part: Partial<Shown>) => void] {
  const asked = useSearch({ strict: false }) as Record<string, unknown>;
  const go = useNavigate();
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false }) ?? false;
  const wished = VIEWS.find((one) => one === asked.view) ?? "month";
  const shown: Shown = {
    view: narrow ? "list" : wished,
    narrow,
    day: isDay(asked.day) ? asked.day : today,
    channels: typeof asked.channels === "string" ? asked.channels.split(" ").filter(Boolean) : [],
  };
  const change = (part: Partial<Shown>) => {
    const next = { ...shown, view: wished, ...part };
    const search = {
      ...(next.view === "month" ? {} : { view: next.view }),
      ...(next.day === today ? {} : { day: next.day }),
      ...(next.channels.length ? { channels: next.channels.join(" ") } : {}),
    };
    void go({ to: "/calendar" as string, search: search as never, replace: true });
  };
  return [shown, change];
}
