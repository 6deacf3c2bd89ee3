// The room people: where its pages are, and who may open it.
import { IconUsers } from "@tabler/icons-react";
import type { Room } from "~/rooms";
import type words from "~/say/en/people.json";

declare module "~/say/rooms" {
  interface Rooms {
    people: typeof words;
  }
}

const room: Room = {
  key: "people",
  group: "daily",
  order: 20,
  icon: IconUsers,
  right: "people.read",
  letter: "p",
  pages: [
    { path: "/people", load: () => import("./People") },
    { path: "/people/$person", load: () => import("./Person") },
  ],
};
export default room;
