// Copied conditions: on the clipboard as JSON, and kept here where the browser gives no clipboard.
import type { Node } from "./tree";

const PLACE = "kervan.segments.clip";

export function textOf(node: Node): string {
  return JSON.stringify(node, null, 2);
}

export function hold(text: string): void {
  try {
    localStorage.setItem(PLACE, text);
  } catch {
    // A full or forbidden store: the clipboard still has it.
  }
}

export function held(): string {
  try {
    return localStorage.getItem(PLACE) ?? "";
  } catch {
    return "";
  }
}

/** By a button, where no key event brings the clipboard along. */
export async function give(text: string): Promise<void> {
  hold(text);
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No right to it, or no secure connection: what is held here is pasted all the same.
  }
}
