// The room journeys: where its pages are, and who may open it.
import { IconRoute } from "@tabler/icons-react";
import type { Room } from "~/rooms";
import type words from "~/say/en/journeys.json";

declare module "~/say/rooms" {
  interface Rooms {
    journeys: typeof words;
  }
}

const room: Room = {
  key: "journeys",
  group: "build",
  order: 40,
  icon: IconRoute,
  right: "journeys.read",
  letter: "j",
  pages: [
    { path: "/journeys", load: () => import("./Journeys") },
    { path: "/journeys/$journey", load: () => import("./Journey") },
  ],
};
export default room;
