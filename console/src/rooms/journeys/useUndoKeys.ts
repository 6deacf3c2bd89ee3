// Ctrl-Z and Ctrl-Shift-Z (or Ctrl-Y) on the whole page; a field that is typed in keeps its own.
import { useEffect, useRef } from "react";
import type { Writing } from "./useText";

export function useUndoKeys(writing: Writing, on: boolean): void {
  const newest = useRef(writing);
  newest.current = writing;
  useEffect(() => {
    if (!on) return;
    const press = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== "z" && key !== "y")) return;
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (target?.isContentEditable || target?.closest("input, textarea, select")) return;
      event.preventDefault();
      const isRedo = key === "y" || event.shiftKey;
      (isRedo ? newest.current.redo : newest.current.undo)?.();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [on]);
}
