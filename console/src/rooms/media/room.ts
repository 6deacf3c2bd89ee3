// The room media: where its page is, and who may open it.
import { IconPhoto } from "@tabler/icons-react";
import type { Room } from "~/rooms";
import type words from "~/say/en/media.json";

declare module "~/say/rooms" {
  interface Rooms {
    media: typeof words;
  }
}

const room: Room = {
  key: "media",
  group: "build",
  order: 55,
  icon: IconPhoto,
  right: "journeys.read",
  letter: "d",
  pages: [{ path: "/media", load: () => import("./Media") }],
};
export default room;
