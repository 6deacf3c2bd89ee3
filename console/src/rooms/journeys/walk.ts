// Where an arrow key leads from a card: down its first way, up to who leads here, aside in the row.
import type { Card } from "./api";
import { ENTRY, HEIGHT, type Placed } from "./layout";

export type Direction = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "Home" | "End";

export function isDirection(key: string): key is Direction {
  return ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"].includes(key);
}

export function walk(cards: Card[], at: Placed["at"], from: string, to: Direction): string | undefined {
  const first = cards[0]?.key;
  if (to === "Home") return ENTRY;
  if (to === "End") return cards.at(-1)?.key;
  if (to === "ArrowDown") {
    if (from === ENTRY) return first;
    return cards.find((one) => one.key === from)?.ways.find((way) => way.to)?.to;
  }
  if (to === "ArrowUp") {
    if (from === first) return ENTRY;
    const before = cards.filter((one) => one.ways.some((way) => way.to === from));
    const here = at.get(from)?.y ?? 0;
    return (before.find((one) => (at.get(one.key)?.y ?? 0) < here) ?? before[0])?.key;
  }
  const here = at.get(from);
  if (!here) return undefined;
  const sign = to === "ArrowRight" ? 1 : -1;
  let best: { key: string; far: number } | undefined;
  for (const [key, place] of at) {
    const along = (place.x - here.x) * sign;
    const aside = Math.abs(place.y - here.y);
    if (key === from || along <= 0 || aside > HEIGHT * 1.5) continue;
    const far = along + aside * 2;
    if (!best || far < best.far) best = { key, far };
  }
  return best?.key;
}
