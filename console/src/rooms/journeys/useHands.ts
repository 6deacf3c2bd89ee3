// What hands do on the canvas: arrows, Enter, Delete, copy, cut, paste, and steps that are dropped.
import type { Edge } from "@xyflow/react";
import type { ClipboardEvent, DragEvent, FocusEvent, KeyboardEvent } from "react";
import type { Card } from "./api";
import { held, hold } from "./clip";
import { copied, countOf, type Kind, type Way } from "./edit";
import { ENTRY, type Placed } from "./layout";
import { DRAGGED } from "./Palette";
import type { Picks } from "./picked";
import { isDirection, walk } from "./walk";

export interface Hands {
  picks: Picks;
  text: () => string;
  /** Not given where the text may not be changed. */
  edit?: {
    add: (way: Way, kind: Kind) => void;
    paste: (way: Way, clip: string) => void;
    remove: (keys: string[], isCut: boolean) => void;
  };
  close: () => void;
  copied: (count: number) => void;
}

interface Seen {
  cards: Card[];
  at: Placed["at"];
  edges: Edge[];
  show: (key: string, focus: boolean) => void;
}

/** The way on which a step put "after" a card stands: its first one out; before an end, the one in. */
export function firstWay(cards: Card[], key: string): Way | undefined {
  const first = cards[0];
  if (!first) return undefined;
  if (!key || key === ENTRY) return { from: "", name: "", to: first.key };
  const wayOf = (card: Card, way: Card["ways"][number]): Way => {
    const onward = card.ways.find((one) => one.name === "next")?.to ?? "";
    return { from: card.key, name: way.name, to: way.to, onward };
  };
  const card = cards.find((one) => one.key === key);
  const out = card?.ways.find((one) => one.to) ?? card?.ways[0];
  if (card && out) return wayOf(card, out);
  for (const one of cards) {
    const into = one.ways.find((way) => way.to === key);
    if (into) return wayOf(one, into);
  }
  return key === first.key ? { from: "", name: "", to: first.key } : undefined;
}

export function useHands(hands: Hands, seen: Seen) {
  const { picks, edit } = hands;
  const { cards, at, edges, show } = seen;
  const isCard = (target: EventTarget) => target instanceof HTMLElement && !!target.dataset.step;
  /** What a deed is about: the marked cards where the focus is on one of them, else its card. */
  const meant = () => {
    const { marked, current } = picks.value;
    const keys = marked.has(current) ? [...marked] : [current];
    return keys.filter((key) => cards.some((one) => one.key === key));
  };
  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (!isCard(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isDirection(event.key)) {
      event.preventDefault();
      const from = picks.value.current;
      const next = walk(cards, at, from, event.key);
      if (!next) return;
      const marked = event.shiftKey
        ? new Set([...picks.value.marked, from, next].filter((key) => key !== ENTRY))
        : new Set<string>();
      picks.set({ current: next, marked });
      show(next, true);
    } else if (event.key === "Escape") {
      picks.set({ marked: new Set() });
      hands.close();
    } else if ((event.key === "Delete" || event.key === "Backspace") && edit) {
      const keys = meant();
      if (!keys.length) return;
      event.preventDefault();
      edit.remove(keys, false);
    } else if ((event.key === "+" || event.key === "Insert") && edit) {
      event.preventDefault();
      const way = edges.find((one) => one.source === picks.value.current);
      const place = way ? `[data-way="${CSS.escape(way.id)}"] button` : "";
      if (place) event.currentTarget.querySelector<HTMLElement>(place)?.click();
    }
  };
  const copy = (event: ClipboardEvent<HTMLElement>, isCut: boolean) => {
    const keys = meant();
    if (!isCard(event.target) || !keys.length || (isCut && !edit)) return;
    const text = copied(hands.text(), keys, cards);
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
    hold(text);
    if (isCut) edit?.remove(keys, true);
    else hands.copied(keys.length);
  };
  return {
    onKeyDown: press,
    onFocus: (event: FocusEvent<HTMLElement>) => {
      const key = event.target.dataset.step;
      if (key && key !== picks.value.current) picks.set({ current: key });
    },
    onCopy: (event: ClipboardEvent<HTMLElement>) => copy(event, false),
    onCut: (event: ClipboardEvent<HTMLElement>) => copy(event, true),
    onPaste: (event: ClipboardEvent<HTMLElement>) => {
      const way = firstWay(cards, picks.value.current);
      if (!isCard(event.target) || !edit || !way) return;
      event.preventDefault();
      const given = event.clipboardData.getData("text/plain");
      edit.paste(way, countOf(given) ? given : held());
    },
    onDragOver: (event: DragEvent<HTMLElement>) => {
      if (edit && event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
    },
    onDrop: (event: DragEvent<HTMLElement>) => {
      const kind = event.dataTransfer.getData(DRAGGED) as Kind | "";
      if (!kind || !edit || !(event.target instanceof Element)) return;
      event.preventDefault();
      const id = event.target.closest<HTMLElement>("[data-way]")?.dataset.way;
      const step = event.target.closest<HTMLElement>("[data-step]")?.dataset.step;
      const way = edges.find((one) => one.id === id)?.data?.way as Way | undefined;
      const meantWay = way ?? (step ? firstWay(cards, step) : undefined);
      if (meantWay) edit.add(meantWay, kind);
    },
  };
}
