// Whether the server can be reached and knows us: one small store that the shell shows.
import { useSyncExternalStore } from "react";

export type Reach = "online" | "offline" | "signed-out";

let reach: Reach = "online";
const listeners = new Set<() => void>();

export function report(now: Reach): void {
  if (now === reach) return;
  // Only a new session ends "signed-out": other answers may still be under way.
  if (reach === "signed-out" && now === "offline") return;
  reach = now;
  listeners.forEach((one) => one());
}

export function useReach(): Reach {
  return useSyncExternalStore(listen, () => reach);
}

function listen(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
