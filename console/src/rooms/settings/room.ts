// The room settings: where its pages are, and who may open it.
import { IconSettings } from "@tabler/icons-react";
import type { Room } from "~/rooms";
import type words from "~/say/en/settings.json";

declare module "~/say/rooms" {
  interface Rooms {
    settings: typeof words;
  }
}

const room: Room = {
  key: "settings",
  group: "run",
  order: 90,
  icon: IconSettings,
  right: "self.manage",
  letter: "t",
  pages: [{ path: "/settings", load: () => import("./Settings") }],
};
export default room;
