// The tab rules of the settings.
import type { Tab } from "../tabs";

const tab: Tab = { key: "rules", order: 25, right: "journeys.read", load: () => import("./Rules") };
export default tab;
