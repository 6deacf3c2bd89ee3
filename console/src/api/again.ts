// Figures that come from history: it has them a moment after the deed that the stream tells of.
import { useEffect, useRef } from "react";
import { queries } from "./queries";

const LATER_MS = [2_000, 8_000];

/** Asks anew when `news` is another, and twice a little later; nothing asks by the clock. */
export function useAgain(queryKey: readonly unknown[], news: string | undefined): void {
  const key = JSON.stringify(queryKey);
  const isLater = useRef(false);
  useEffect(() => {
    if (news === undefined) return;
    const ask = () => void queries.invalidateQueries({ queryKey: JSON.parse(key) as unknown[] });
    if (isLater.current) ask();
    isLater.current = true;
    const timers = LATER_MS.map((pause) => window.setTimeout(ask, pause));
    return () => timers.forEach((one) => window.clearTimeout(one));
  }, [key, news]);
}
