// The room onsite: pieces on the shop's own site, where its pages are, and who may open them.
import { IconAppWindow } from "@tabler/icons-react";
import type { Room } from "~/rooms";
import type words from "~/say/en/onsite.json";

declare module "~/say/rooms" {
  interface Rooms {
    onsite: typeof words;
  }
}

const room: Room = {
  key: "onsite",
  group: "build",
  order: 62,
  icon: IconAppWindow,
  right: "journeys.read",
  letter: "w",
  pages: [
    { path: "/onsite", load: () => import("./Campaigns") },
    { path: "/onsite/$campaign", load: () => import("./Campaign") },
  ],
};
export default room;
