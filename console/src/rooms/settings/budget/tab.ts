// The tab budget of the settings.
import type { Tab } from "../tabs";

const tab: Tab = {
  key: "budget",
  order: 27,
  right: "journeys.read",
  load: () => import("./Budget"),
};
export default tab;
