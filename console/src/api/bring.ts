// Parts of the console that are loaded when they are wanted, also over a line that comes and goes.
import { type ComponentType, lazy } from "react";
import { report } from "./state";

const AGAIN_MS = 2_000;
const ONCE_MS = 60_000;

/**
 * Loads a part; without a connection it waits for one, and what is on the page stays.
 *
 * A server that answers but has the part no more has been updated: the page loads itself anew, once.
 */
export async function bring<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (await waited()) return load();
    if (!isFresh()) throw error;
    window.location.reload();
    return new Promise(() => undefined);
  }
}

/** The same as a component. */
export function lazily<P>(load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy(() => bring(load));
}

/** Waits until the server answers; says whether it did not at first. */
async function waited(): Promise<boolean> {
  for (let tries = 0; ; tries += 1) {
    try {
      await fetch("/static/kervan.svg", { cache: "no-store" });
      if (tries) report("online");
      return tries > 0;
    } catch {
      report("offline");
      await new Promise((go) => window.setTimeout(go, AGAIN_MS));
    }
  }
}

function isFresh(): boolean {
  const last = Number(sessionStorage.getItem("kervan.reloaded") ?? 0);
  if (Math.abs(Date.now() - last) < ONCE_MS) return false;
  sessionStorage.setItem("kervan.reloaded", String(Date.now()));
  return true;
}
