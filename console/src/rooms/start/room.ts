// The room start: where its pages are, and who may open it.
import { IconRocket } from "@tabler/icons-react";
import type { Room } from "~/rooms";
import type words from "~/say/en/start.json";

declare module "~/say/rooms" {
  interface Rooms {
    start: typeof words;
  }
}

const room: Room = {
  key: "start",
  group: "daily",
  order: 10,
  icon: IconRocket,
  right: "live.read",
  letter: "b",
  pages: [
    { path: "/start", load: () => import("./Start") },
    {
      path: "/start/import",
      load: () => import("./Import"),
      right: "people.import",
      named: "import.title",
    },
  ],
};
export default room;
