// What is done with whole conditions: moved, copied, cut, pasted, doubled, put into a group.
import { type RefObject, useEffect, useRef } from "react";
import { give, held, hold, textOf } from "./clip";
import type { Deed, Hands } from "./Grip";
import { inserted, moved, nodeAt, readRule, removed, replaced, steps } from "./moves";
import { type Group, isGroup, type Node } from "./tree";

/** The handles of a rule as it is drawn; the focus goes where the part went. */
export function useHands(
  group: Group,
  change: (group: Group) => void,
  box: RefObject<HTMLElement | null>,
): Hands {
  const aim = useRef<string>(undefined);
  useEffect(() => {
    if (aim.current === undefined) return;
    const found = box.current?.querySelector<HTMLElement>(`[data-grip="${aim.current}"]`);
    aim.current = undefined;
    found?.focus();
  });
  const put = (next: Group, path: string) => {
    aim.current = path;
    change(next);
  };
  const take = (path: string) => {
    const next = removed(group, path);
    const at = steps(path);
    const last = at.pop() ?? 0;
    const left = (nodeAt(next, at.map((one) => `/of/${one}`).join("")) as Group).of.length;
    const place = Math.min(last, left - 1);
    put(next, [...at, ...(place < 0 ? [] : [place])].map((one) => `/of/${one}`).join(""));
  };
  const paste = async (path: string, text: string) => {
    const node = await readRule(text);
    if (node) put(...inserted(group, path, node));
  };
  const act = (deed: Deed, path: string, text?: string) => {
    const node = nodeAt(group, path);
    if (!node) return;
    if (deed === "up") put(...moved(group, path, -1));
    else if (deed === "down") put(...moved(group, path, 1));
    else if (deed === "double") put(...inserted(group, path, structuredClone(node)));
    else if (deed === "wrap") put(replaced(group, path, { kind: "any", of: [node] }), `${path}/of/0`);
    else if (deed === "unwrap") unwrap(node, path);
    else if (deed === "paste") void fromClipboard(text).then((found) => paste(path, found));
    else {
      if (deed !== "remove") void give(textOf(node));
      if (deed !== "copy") take(path);
    }
  };
  const unwrap = (node: Node, path: string) => {
    if (!isGroup(node)) return;
    let next = removed(group, path);
    let place = path;
    const at = steps(path);
    const last = at.pop() ?? 0;
    node.of.forEach((one, more) => {
      const before = [...at, last + more - 1];
      const parent = at.map((step) => `/of/${step}`).join("");
      if (last + more === 0) {
        const outer = nodeAt(next, parent) as Group;
        const whole: Group = { ...outer, of: [one, ...outer.of] };
        next = parent ? replaced(next, parent, whole) : whole;
      } else {
        [next] = inserted(next, before.map((step) => `/of/${step}`).join(""), one);
      }
      place = path;
    });
    put(next, place);
  };
  const textAt = (path: string) => {
    const node = nodeAt(group, path);
    const text = node ? textOf(node) : "";
    hold(text);
    return text;
  };
  return { act, textAt };
}

/** What was pasted by keys; by the menu, what the browser gives or what was copied here last. */
async function fromClipboard(text: string | undefined): Promise<string> {
  if (text !== undefined) return text;
  try {
    return await navigator.clipboard.readText();
  } catch {
    return held();
  }
}
