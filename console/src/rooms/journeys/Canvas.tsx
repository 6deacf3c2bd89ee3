// The journey as a picture: cards joined by their ways, with a + on every way.
import {
  Background,
  Controls,
  type Edge,
  MiniMap,
  type Node,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
} from "@xyflow/react";
import { useMantineColorScheme } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Drawn, StepNumbers } from "./api";
import type { Kind, Way } from "./edit";
import classes from "./journeys.module.css";
import { ENTRY, HEIGHT, layout, WIDTH } from "./layout";
import { EntryCard, StepCard } from "./StepCard";
import { WayEdge } from "./WayEdge";

interface Props {
  drawn: Drawn;
  numbers: Map<string, StepNumbers>;
  entered: number | undefined;
  wrong: Set<string>;
  selected: string | undefined;
  select: (key: string) => void;
  /** Not given where the text may not be changed. */
  add?: (way: Way, kind: Kind) => void;
}

const NODES = { step: StepCard, entry: EntryCard };
const READABLE = 0.8;
const EDGES = { way: WayEdge };

export function Canvas(props: Props) {
  const { drawn, numbers, entered, wrong, selected, select, add } = props;
  const { t } = useTranslation("journeys");
  const { colorScheme } = useMantineColorScheme();
  const placed = useMemo(() => layout(drawn.cards), [drawn.cards]);
  const nodes: Node[] = useMemo(() => {
    const size = {
      width: WIDTH,
      height: HEIGHT,
      draggable: false,
      connectable: false,
      // What can be neither dragged nor selected would let clicks through.
      style: { pointerEvents: "all" as const },
    };
    const place = (key: string) => placed.at.get(key) ?? { x: 0, y: 0 };
    const entry: Node = {
      id: ENTRY, type: "entry", position: place(ENTRY), ...size,
      data: { head: drawn.head, entered, selected: selected === ENTRY, select },
    }; // prettier-ignore
    const most = Math.max(1, entered ?? 0);
    return [
      entry,
      ...drawn.cards.map((card) => ({
        id: card.key, type: "step", position: place(card.key), ...size,
        data: {
          card, numbers: numbers.get(card.key), most, wrong: wrong.has(card.key),
          selected: selected === card.key, select,
        },
      })),
    ]; // prettier-ignore
  }, [drawn, placed, numbers, entered, wrong, selected, select]);
  const edges: Edge[] = useMemo(() => edgesOf(drawn, add), [drawn, add]);
  return (
    <div className={`k-card ${classes.canvas}`} role="region" aria-label={t("flow.label")}>
      <ReactFlowProvider>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODES}
          edgeTypes={EDGES}
          colorMode={colorScheme === "auto" ? "system" : colorScheme}
          onInit={(flow) => void show(flow)}
          minZoom={0.1}
          maxZoom={1.5}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          onlyRenderVisibleElements={drawn.cards.length > 60}
          ariaLabelConfig={{
            "controls.ariaLabel": t("flow.controls"),
            "controls.zoomIn.ariaLabel": t("flow.zoomIn"),
            "controls.zoomOut.ariaLabel": t("flow.zoomOut"),
            "controls.fitView.ariaLabel": t("flow.fit"),
            "minimap.ariaLabel": t("flow.map"),
          }}
          proOptions={{ hideAttribution: false }}
        >
          <Background gap={20} size={1} />
          <Controls showInteractive={false} />
          {drawn.cards.length > 8 ? <MiniMap pannable ariaLabel={t("flow.map")} style={{ width: 130, height: 100 }} /> : null}
        </ReactFlow>
      </ReactFlowProvider>
    </div>
  );
}

/** All of it where it stays readable, else its beginning. */
async function show(flow: ReactFlowInstance): Promise<void> {
  await flow.fitView({ maxZoom: 1, padding: 0.1 });
  const entry = flow.getNode(ENTRY);
  if (!entry || flow.getZoom() >= READABLE) return;
  const box = document.querySelector(".react-flow")?.getBoundingClientRect();
  const x = (box?.width ?? 800) / 2 - (entry.position.x + WIDTH / 2) * READABLE;
  await flow.setViewport({ x, y: 24 - entry.position.y * READABLE, zoom: READABLE });
}

function edgesOf(drawn: Drawn, add: Props["add"]): Edge[] {
  const first = drawn.cards[0];
  const ways: Way[] = first ? [{ from: "", name: "", to: first.key }] : [];
  for (const card of drawn.cards)
    for (const way of card.ways) if (way.to) ways.push({ from: card.key, ...way });
  return ways.map((way) => ({
    id: `${way.from}/${way.name}/${way.to}`,
    source: way.from || ENTRY,
    target: way.to,
    type: "way",
    focusable: false,
    data: { way, add },
  }));
}
