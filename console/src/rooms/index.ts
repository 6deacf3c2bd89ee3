// The rooms of the console: each is found by its room.ts, so that a new one touches no list.
import type { ComponentType } from "react";
import type { Rooms } from "~/say/rooms";

/** A group of the navigation, in their order. */
export const GROUPS = ["daily", "build", "run"] as const;

export interface PageOf {
  /** Below /console; `$name` is a part that varies: "/people/$person". */
  path: string;
  load: () => Promise<{ default: ComponentType }>;
  /** Who lacks it sees NoRight; empty: the room's own right. */
  right?: string;
  /** A key of the room's words: the page is in the palette under this name. */
  named?: string;
}

export interface Room {
  /** The name of the folder and of the file of its words; its word for the menu is `menu`. */
  key: keyof Rooms;
  group: (typeof GROUPS)[number];
  order: number;
  icon: ComponentType<{ size?: number; stroke?: number; "aria-hidden"?: boolean }>;
  /** The right that opens it; somebody without it does not see it in the menu. */
  right: string;
  /** g, then this letter, goes there. */
  letter: string;
  pages: [PageOf, ...PageOf[]];
}

const files = import.meta.glob<Room>("./*/room.ts", { eager: true, import: "default" });

export const rooms: Room[] = Object.values(files).sort((a, b) => a.order - b.order);
