// The room overview: where its pages are, and who may open it.
import { IconChartDots } from "@tabler/icons-react";
import type { Room } from "~/rooms";
import type words from "~/say/en/overview.json";

declare module "~/say/rooms" {
  interface Rooms {
    overview: typeof words;
  }
}

const room: Room = {
  key: "overview",
  group: "daily",
  order: 0,
  icon: IconChartDots,
  right: "metrics.read",
  letter: "o",
  pages: [{ path: "/overview", load: () => import("./Overview") }],
};
export default room;
