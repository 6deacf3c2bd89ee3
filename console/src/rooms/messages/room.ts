// The room messages: where its pages are, and who may open it.
import { IconMail } from "@tabler/icons-react";
import type { Room } from "~/rooms";
import type words from "~/say/en/messages.json";

declare module "~/say/rooms" {
  interface Rooms {
    messages: typeof words;
  }
}

const room: Room = {
  key: "messages",
  group: "build",
  order: 50,
  icon: IconMail,
  right: "journeys.read",
  letter: "m",
  pages: [
    { path: "/messages", load: () => import("./Messages") },
    { path: "/messages/$message", load: () => import("./Message") },
  ],
};
export default room;
