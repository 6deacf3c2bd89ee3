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

/** Of hundreds of cards this takes half a second: it is done anew only for other cards or ways. */
export function layout(cards: Card[]): Placed {
  const drawing = cards
    .map((one) => `${one.key}:${one.ways.map((way) => `${way.name}>${way.to}`).join(",")}`)
    .join(";");
  if (last?.drawing !== drawing) last = { drawing, placed: laidOut(cards) };
  return last.placed;
}

function laidOut(cards: Card[]): Placed {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 36, ranksep: 74, ranker: "tight-tree" });
  graph.setDefaultEdgeLabel(() => ({}));
  graph.setNode(ENTRY, { width: WIDTH, height: HEIGHT });
  for (const one of cards) graph.setNode(one.key, { width: WIDTH, height: HEIGHT });
  if (cards[0]) graph.setEdge(ENTRY, cards[0].key, {}, "in");
  for (const one of cards)
    for (const way of one.ways) if (way.to) graph.setEdge(one.key, way.to, {}, way.name);
  dagre.layout(graph);
  const at = new Map(
    graph.nodes().map((key) => {
      const { x, y } = graph.node(key);
      return [key, { x: x - WIDTH / 2, y: y - HEIGHT / 2 }] as const;
    }),
  );
  return { at };
}
