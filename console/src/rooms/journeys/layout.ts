// Where the cards stand: laid out from the ways, so that nobody has to move boxes.
import dagre from "@dagrejs/dagre";
import type { Card } from "./api";

export const WIDTH = 232;
export const HEIGHT = 118;
/** The card of the entry, which is no step. */
export const ENTRY = "@entry";

export interface Placed {
  at: Map<string, { x: number; y: number }>;
}

let last: { drawing: string; placed: Placed } | undefined;

const GAP_X = 36;
const GAP_Y = 74;
/** From so many cards on, cards that simply follow each other are laid out as one tall one. */
const MANY = 80;

/** Of many cards this takes a while: it is done anew only for other cards or ways. */
export function layout(cards: Card[]): Placed {
  const drawing = cards
    .map((one) => `${one.key}:${one.ways.map((way) => `${way.name}>${way.to}`).join(",")}`)
    .join(";");
  if (last?.drawing !== drawing) last = { drawing, placed: laidOut(cards) };
  return last.placed;
}

interface Link {
  from: string;
  to: string;
  name: string;
}

function laidOut(cards: Card[]): Placed {
  const links: Link[] = cards[0] ? [{ from: ENTRY, to: cards[0].key, name: "in" }] : [];
  for (const one of cards)
    for (const way of one.ways)
      if (way.to) links.push({ from: one.key, to: way.to, name: way.name });
  const known = [ENTRY, ...cards.map((one) => one.key)];
  // A way to a step that is not there yet has its place too.
  const keys = [...new Set([...known, ...links.map((one) => one.to)])];
  const runs = cards.length < MANY ? keys.map((key) => [key]) : runsOf(keys, links);
  const runOf = new Map(runs.flatMap((run) => run.map((key) => [key, run[0] ?? key] as const)));
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: GAP_X, ranksep: GAP_Y, ranker: "tight-tree" });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const run of runs)
    graph.setNode(run[0] ?? "", { width: WIDTH, height: run.length * (HEIGHT + GAP_Y) - GAP_Y });
  for (const { from, to, name } of links) {
    const [first, second] = [runOf.get(from) ?? from, runOf.get(to) ?? to];
    if (first !== second || second === to) graph.setEdge(first, second, {}, `${from} ${name}`);
  }
  dagre.layout(graph);
  const at: Placed["at"] = new Map();
  for (const run of runs) {
    const { x, y, height } = graph.node(run[0] ?? "");
    run.forEach((key, place) =>
      at.set(key, { x: x - WIDTH / 2, y: y - height / 2 + place * (HEIGHT + GAP_Y) }),
    );
  }
  return { at };
}

/** The cards in runs: each but a run's first is led to by the one before it alone, and by one way. */
function runsOf(keys: string[], links: Link[]): string[][] {
  const into = new Map<string, string[]>();
  const out = new Map<string, string[]>();
  for (const { from, to } of links) {
    into.set(to, [...(into.get(to) ?? []), from]);
    out.set(from, [...(out.get(from) ?? []), to]);
  }
  const before = (key: string) => {
    const [from, more] = into.get(key) ?? [];
    return from !== undefined && more === undefined && out.get(from)?.length === 1 ? from : undefined;
  };
  const runs: string[][] = [];
  const seen = new Set<string>();
  const follow = (first: string) => {
    const run: string[] = [];
    for (let key: string | undefined = first; key !== undefined && !seen.has(key); ) {
      seen.add(key);
      run.push(key);
      const next: string[] = out.get(key) ?? [];
      key = next.length === 1 && next[0] && before(next[0]) === key ? next[0] : undefined;
    }
    runs.push(run);
  };
  for (const key of keys) if (before(key) === undefined) follow(key);
  // What is left goes in a circle.
  for (const key of keys) if (!seen.has(key)) follow(key);
  return runs;
}
