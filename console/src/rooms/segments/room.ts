// The room segments: where its pages are, and who may open it.
import { IconUsersGroup } from "@tabler/icons-react";
import type { Room } from "~/rooms";
import type words from "~/say/en/segments.json";

declare module "~/say/rooms" {
  interface Rooms {
    segments: typeof words;
  }
}

const room: Room = {
  key: "segments",
  group: "build",
  order: 30,
  icon: IconUsersGroup,
  right: "segments.read",
  letter: "s",
  pages: [
    { path: "/segments", load: () => import("./Segments") },
    { path: "/segments/$segment", load: () => import("./Segment") },
    { path: "/segments/~rfm", load: () => import("./Rfm"), named: "rfm.title" },
  ],
};
export default room;
