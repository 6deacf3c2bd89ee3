// The tab sources of the settings.
import type { Tab } from "../tabs";

const tab: Tab = { key: "sources", order: 10, right: "sources.manage", load: () => import("./Sources") };
export default tab;
