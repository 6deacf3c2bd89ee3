// A number, or from where to where it is, where it hangs on who wins.
import type { useFmt } from "~/kit";

export function span(fmt: ReturnType<typeof useFmt>, least: number, most: number | null): string {
  const first = fmt.number(least);
  return most === null || most === least ? first : `${first} – ${fmt.number(most)}`;
}
