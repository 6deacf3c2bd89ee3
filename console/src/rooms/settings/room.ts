// The room settings: one page with a tab for each kind of thing; tabs.ts finds the tabs.
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
  pages: [
    { path: "/settings", load: () => import("./Settings") },
    { path: "/settings/sources", load: () => import("./Settings"), named: "tab.sources" },
    { path: "/settings/channels", load: () => import("./Settings"), named: "tab.channels" },
    { path: "/settings/brand", load: () => import("./Settings"), named: "tab.brand" },
    { path: "/settings/rules", load: () => import("./Settings"), named: "tab.rules" },
    { path: "/settings/budget", load: () => import("./Settings"), named: "tab.budget" },
    { path: "/settings/topics", load: () => import("./Settings"), named: "tab.topics" },
    { path: "/settings/consent", load: () => import("./Settings"), named: "tab.consent" },
    { path: "/settings/users", load: () => import("./Settings"), named: "tab.users" },
    { path: "/settings/keys", load: () => import("./Settings"), named: "tab.keys" },
    { path: "/settings/audit", load: () => import("./Settings"), named: "tab.audit" },
    { path: "/settings/webhooks", load: () => import("./Settings"), named: "tab.webhooks" },
    { path: "/settings/retention", load: () => import("./Settings"), named: "tab.retention" },
    { path: "/settings/workspaces", load: () => import("./Settings"), named: "tab.workspaces" },
    { path: "/settings/system", load: () => import("./Settings"), named: "tab.system" },
  ],
};
export default room;
