// Rules as a tree of places ("/of/0/of/2"): what stands where, put elsewhere, never changed in place.
import { type Group, isGroup, type Node } from "./tree";

/** "/of/0/of/2" as [0, 2]; the whole rule is []. */
export function steps(path: string): number[] {
  return path.split("/of/").slice(1).map(Number);
}

export function pathOf(at: number[]): string {
  return at.map((one) => `/of/${one}`).join("");
}

export function nodeAt(tree: Node, path: string): Node | undefined {
  let found: Node | undefined = tree;
  for (const one of steps(path)) found = found && isGroup(found) ? found.of[one] : undefined;
  return found;
}

/** The group with other parts below `at`. */
function within(group: Group, at: number[], change: (of: Node[]) => Node[]): Group {
  const [first, ...rest] = at;
  if (first === undefined) return { ...group, of: change(group.of) };
  const part = group.of[first];
  if (!part || !isGroup(part)) return group;
  return { ...group, of: group.of.with(first, within(part, rest, change)) };
}

export function removed(tree: Group, path: string): Group {
  const at = steps(path);
  const last = at.pop();
  return last === undefined ? tree : within(tree, at, (of) => of.toSpliced(last, 1));
}

/** `node` behind what stands at `path`; behind all where that is the whole rule. */
export function inserted(tree: Group, path: string, node: Node): [Group, string] {
  const at = steps(path);
  const last = at.pop();
  if (last === undefined) return [{ ...tree, of: [...tree.of, node] }, `/of/${tree.of.length}`];
  return [within(tree, at, (of) => of.toSpliced(last + 1, 0, node)), pathOf([...at, last + 1])];
}

export function replaced(tree: Group, path: string, node: Node): Group {
  const at = steps(path);
  const last = at.pop();
  return last === undefined ? tree : within(tree, at, (of) => of.with(last, node));
}

/**
 * One place up or down: past its neighbour, into a group that is the neighbour, or out of its own
 * group at an end. Gives the rule and where the part is now; the same where it cannot go on.
 */
export function moved(tree: Group, path: string, by: 1 | -1): [Group, string] {
  const node = nodeAt(tree, path);
  const at = steps(path);
  const last = at.pop();
  if (!node || last === undefined) return [tree, path];
  const group = nodeAt(tree, pathOf(at)) as Group;
  const beside = group.of[last + by];
  if (beside && isGroup(beside)) {
    const into = by > 0 ? last : last - 1;
    const place = by > 0 ? 0 : beside.of.length;
    const bare = removed(tree, path);
    const found = within(bare, [...at, into], (of) => of.toSpliced(place, 0, node));
    return [found, pathOf([...at, into, place])];
  }
  if (beside) {
    const found = within(tree, at, (of) => of.with(last, beside).with(last + by, node));
    return [found, pathOf([...at, last + by])];
  }
  const outer = at.pop();
  if (outer === undefined) return [tree, path];
  const place = by > 0 ? outer + 1 : outer;
  const found = within(removed(tree, path), at, (of) => of.toSpliced(place, 0, node));
  return [found, pathOf([...at, place])];
}

/** A rule out of what was pasted: a tree, or a segment's text with a tree in it; JSON or YAML. */
export async function readRule(text: string): Promise<Node | undefined> {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    try {
      found = (await import("yaml")).parse(text);
    } catch {
      return undefined;
    }
  }
  for (const name of ["segment", "tree"]) {
    const inner = (found as Record<string, unknown> | null)?.[name];
    if (inner && typeof inner === "object") found = inner;
  }
  const kind = (found as Node | null)?.kind;
  return typeof kind === "string" ? (found as Node) : undefined;
}
