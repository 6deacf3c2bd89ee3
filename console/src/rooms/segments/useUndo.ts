// Takes back and does again what was changed in a rule, by a button or Ctrl-Z, for as long as it is open.
import { useEffect, useRef, useState } from "react";
import type { Node } from "./tree";

const ONE_MS = 800;
const MOST = 100;

export interface Undoing {
  change: (tree: Node) => void;
  undo: (() => void) | undefined;
  redo: (() => void) | undefined;
}

/** What is typed without a pause is one change; a field that is typed in keeps its own Ctrl-Z. */
export function useUndo(tree: Node | null, put: (tree: Node) => void, on: boolean): Undoing {
  const past = useRef<Node[]>([]);
  const future = useRef<Node[]>([]);
  const last = useRef({ at: 0, parts: 0 });
  const [, draw] = useState(0);
  const go = (from: Node[], to: Node[]) => () => {
    const found = from.pop();
    if (!found || !tree) return;
    to.push(tree);
    last.current.at = 0;
    put(found);
    draw((one) => one + 1);
  };
  const change = (next: Node) => {
    const now = Date.now();
    const parts = size(next);
    const goesOn = now - last.current.at < ONE_MS && parts === last.current.parts;
    if (tree && !goesOn) past.current = [...past.current, tree].slice(-MOST);
    last.current = { at: now, parts };
    future.current = [];
    put(next);
  };
  const undo = on && past.current.length ? go(past.current, future.current) : undefined;
  const redo = on && future.current.length ? go(future.current, past.current) : undefined;
  const newest = useRef({ undo, redo });
  newest.current = { undo, redo };
  useEffect(() => {
    if (!on) return;
    const press = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== "z" && key !== "y")) return;
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (target?.isContentEditable || target?.closest("input, textarea, select")) return;
      event.preventDefault();
      (key === "y" || event.shiftKey ? newest.current.redo : newest.current.undo)?.();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [on]);
  return { change, undo, redo };
}

function size(node: Node): number {
  const of = node.of as Node[] | undefined;
  return Array.isArray(of) ? of.reduce((sum, one) => sum + size(one), 1) : 1;
}
