// The tab workspaces of the settings: everybody sees where she may go.
import type { Tab } from "../tabs";

const tab: Tab = {
  key: "workspaces",
  order: 55,
  right: "self.manage",
  load: () => import("./Workspaces"),
};
export default tab;
