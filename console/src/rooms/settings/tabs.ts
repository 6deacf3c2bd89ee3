// The tabs of the settings: each is found by its tab.ts, so that a new one touches no list but
// room.ts, which gives it an address, and the words, which give it a name (`tab.KEY`).
import { type ComponentType, lazy } from "react";

export interface Tab {
  key:
    | "sources" | "channels" | "brand" | "rules" | "budget" | "topics" | "users" | "keys"
    | "audit" | "consent" | "retention" | "webhooks" | "workspaces" | "system"; // prettier-ignore
  order: number;
  right: string;
  load: () => Promise<{ default: ComponentType }>;
}

const files = import.meta.glob<Tab>("./*/tab.ts", { eager: true, import: "default" });

export const tabs = Object.values(files)
  .sort((a, b) => a.order - b.order)
  .map((one) => ({ ...one, Content: lazy(one.load) }));
