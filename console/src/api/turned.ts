// After a change of language: what the server said before it is in the old one until it is asked anew.
import type { UseQueryResult } from "@tanstack/react-query";
import { queries } from "./queries";

let at = 0;

/** The language is another one from now on. */
export function turned(): void {
  at = Date.now();
  void queries.invalidateQueries();
}

/** Whether an answer is of before, and the new one is under way. */
export function isTurning(of: UseQueryResult<unknown>): boolean {
  return of.isFetching && !of.isPlaceholderData && of.dataUpdatedAt < at;
}
