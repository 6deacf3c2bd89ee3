// The tab keys of the settings.
import type { Tab } from "../tabs";

const tab: Tab = { key: "keys", order: 40, right: "keys.manage", load: () => import("./Keys") };
export default tab;
