// The journey as a picture: cards joined by their ways, with a + on every way.
import {
  Background,
  Controls,
  type Edge,
  MiniMap,
  type Node,
  Position,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
} from "@xyflow/react";
import { useMantineColorScheme } from "@mantine/core";
import { memo, type RefObject, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Drawn, StepNumbers } from "./api";
import type { Way } from "./edit";
import classes from "./journeys.module.css";
import { ENTRY, HEIGHT, layout, type Placed, WIDTH } from "./layout";
import { EntryCard, type Select, StepCard } from "./StepCard";
import { type Hands, useHands } from "./useHands";
import { type Adding, WayEdge } from "./WayEdge";

interface Props {
  drawn: Drawn;
  numbers: Map<string, StepNumbers>;
  entered: number | undefined;
  wrong: Set<string>;
  select: Select;
  hands: Hands;
  /** A step to show, once for each value. */
  shown: { key: string } | undefined;
  /** Not given where the text may not be changed. */
  adding?: Adding;
}

const NODES = { step: StepCard, entry: EntryCard };
const READABLE = 0.8;
const HANDLES = [
  { type: "target" as const, position: Position.Top, x: WIDTH / 2, y: 0, width: 1, height: 1 },
  { type: "source" as const, position: Position.Bottom, x: WIDTH / 2, y: HEIGHT - 1, width: 1, height: 1 },
];
const EDGES = { way: WayEdge };

export const Canvas = memo(function Canvas(props: Props) {
  const { drawn, numbers, entered, wrong, select, hands, shown, adding } = props;
  const { t } = useTranslation("journeys");
  const { colorScheme } = useMantineColorScheme();
  const flow = useRef<ReactFlowInstance>(null);
  const box = useRef<HTMLDivElement>(null);
  const placed = useMemo(() => layout(drawn.cards), [drawn.cards]);
  const edges: Edge[] = useMemo(() => edgesOf(drawn, adding), [drawn, adding]);
  const show = (key: string, focus: boolean) => {
    const place = placed.at.get(key);
    if (place && flow.current) bring(flow.current, box.current, place);
    if (focus) focusOn(box.current, key);
  };
  const held = useHands(hands, { cards: drawn.cards, at: placed.at, edges, show });
  useSteady(box, flow);
  const newest = useRef(show);
  newest.current = show;
  useEffect(() => {
    if (shown) newest.current(shown.key, false);
  }, [shown]);
  const nodes: Node[] = useMemo(() => {
    const size = {
      width: WIDTH,
      height: HEIGHT,
      draggable: false,
      connectable: false,
      // Said beforehand: else each change of a card takes its ways away until it is measured.
      measured: { width: WIDTH, height: HEIGHT },
      handles: HANDLES,
      // What can be neither dragged nor selected would let clicks through.
      style: { pointerEvents: "all" as const },
    };
    const place = (key: string) => placed.at.get(key) ?? { x: 0, y: 0 };
    const entry: Node = {
      id: ENTRY, type: "entry", position: place(ENTRY), ...size,
      data: { head: drawn.head, entered, select },
    }; // prettier-ignore
    const most = Math.max(1, entered ?? 0);
    return [
      entry,
      ...drawn.cards.map((card) => ({
        id: card.key, type: "step", position: place(card.key), ...size,
        data: {
          card, numbers: numbers.get(card.key), most, wrong: wrong.has(card.key), select,
        },
      })),
    ]; // prettier-ignore
  }, [drawn, placed, numbers, entered, wrong, select]);
  return (
    <div
      ref={box}
      className={`k-card ${classes.canvas}`}
      role="region"
      aria-label={t("flow.label")}
      {...held}
    >
      <ReactFlowProvider>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODES}
          edgeTypes={EDGES}
          colorMode={colorScheme === "auto" ? "system" : colorScheme}
          onInit={(made) => {
            flow.current = made as unknown as ReactFlowInstance;
            void begin(flow.current, box.current, placed);
          }}
          minZoom={0.1}
          maxZoom={1.5}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          disableKeyboardA11y
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
          {drawn.cards.length > 8 ? (
            <MiniMap pannable ariaLabel={t("flow.map")} style={{ width: 130, height: 100 }} />
          ) : null}
        </ReactFlow>
      </ReactFlowProvider>
    </div>
  );
});

/** What was in the middle stays there when a panel opens or closes beside the picture. */
function useSteady(box: RefObject<HTMLElement | null>, flow: RefObject<ReactFlowInstance | null>): void {
  useEffect(() => {
    let before = box.current?.clientWidth ?? 0;
    const seen = new ResizeObserver(() => {
      const now = box.current?.clientWidth ?? 0;
      const { x, y, zoom } = flow.current?.getViewport() ?? { x: 0, y: 0, zoom: 1 };
      if (before && now !== before) void flow.current?.setViewport({ x: x + (now - before) / 2, y, zoom });
      before = now;
    });
    if (box.current) seen.observe(box.current);
    return () => seen.disconnect();
  }, [box, flow]);
}

/** All of it where it stays readable, else its beginning. */
async function begin(flow: ReactFlowInstance, around: HTMLElement | null, placed: Placed): Promise<void> {
  const { clientWidth: width, clientHeight: height } = around ?? { clientWidth: 800, clientHeight: 600 };
  const entry = placed.at.get(ENTRY);
  // Measured beforehand: a look at all of it would draw hundreds of cards for a moment.
  const fits = fit(placed, width, height) >= READABLE;
  if (fits || !entry) await flow.fitView({ maxZoom: 1, padding: 0.1 });
  else {
    const x = width / 2 - (entry.x + WIDTH / 2) * READABLE;
    await flow.setViewport({ x, y: 24 - entry.y * READABLE, zoom: READABLE });
  }
}

/** The zoom at which all of it is seen, with a rim. */
function fit({ at }: Placed, width: number, height: number): number {
  const all = [...at.values()];
  const xs = all.map((one) => one.x);
  const ys = all.map((one) => one.y);
  const wide = Math.max(...xs) - Math.min(...xs) + WIDTH;
  const high = Math.max(...ys) - Math.min(...ys) + HEIGHT;
  return Math.min(width / (wide * 1.2), height / (high * 1.2));
}

/** Moves the picture where a card is not wholly to be seen. */
function bring(flow: ReactFlowInstance, around: HTMLElement | null, place: { x: number; y: number }): void {
  const { x, y, zoom } = flow.getViewport();
  const left = place.x * zoom + x;
  const top = place.y * zoom + y;
  const fits =
    left >= 0 && top >= 0 &&
    left + WIDTH * zoom <= (around?.clientWidth ?? 0) &&
    top + HEIGHT * zoom <= (around?.clientHeight ?? 0); // prettier-ignore
  if (!fits) void flow.setCenter(place.x + WIDTH / 2, place.y + HEIGHT / 2, { zoom: Math.max(zoom, 0.5) });
}

/** The focus on a card, which may have to be drawn first. */
function focusOn(around: HTMLElement | null, key: string, tries = 20): void {
  const card = around?.querySelector<HTMLElement>(`[data-step="${CSS.escape(key)}"]`);
  if (card) card.focus({ preventScroll: true });
  else if (tries) requestAnimationFrame(() => focusOn(around, key, tries - 1));
}

function edgesOf(drawn: Drawn, adding: Props["adding"]): Edge[] {
  const first = drawn.cards[0];
  const ways: Way[] = first ? [{ from: "", name: "", to: first.key }] : [];
  for (const card of drawn.cards) {
    const onward = card.ways.find((one) => one.name === "next")?.to ?? "";
    for (const way of card.ways) if (way.to) ways.push({ from: card.key, ...way, onward });
  }
  return ways.map((way) => ({
    id: `${way.from}/${way.name}/${way.to}`,
    source: way.from || ENTRY,
    target: way.to,
    type: "way",
    focusable: false,
    data: { way, adding },
  }));
}
