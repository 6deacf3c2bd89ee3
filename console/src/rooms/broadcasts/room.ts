// The room broadcasts: where its pages are, and who may open them.
import { IconSpeakerphone } from "@tabler/icons-react";
import type { Room } from "~/rooms";
import type words from "~/say/en/broadcasts.json";

declare module "~/say/rooms" {
  interface Rooms {
    broadcasts: typeof words;
  }
}

const room: Room = {
  key: "broadcasts",
  group: "build",
  order: 60,
  icon: IconSpeakerphone,
  right: "journeys.read",
  letter: "r",
  pages: [
    { path: "/broadcasts", load: () => import("./Broadcasts") },
    { path: "/broadcasts/$broadcast", load: () => import("./Broadcast") },
  ],
};
export default room;
