// The room calendar: where its page is, and who may open it.
import { IconCalendar } from "@tabler/icons-react";
import type { Room } from "~/rooms";
import type words from "~/say/en/calendar.json";

declare module "~/say/rooms" {
  interface Rooms {
    calendar: typeof words;
  }
}

const room: Room = {
  key: "calendar",
  group: "build",
  order: 65,
  icon: IconCalendar,
  right: "journeys.read",
  letter: "c",
  pages: [{ path: "/calendar", load: () => import("./Calendar") }],
};
export default room;
