// The tab users of the settings.
import type { Tab } from "../tabs";

const tab: Tab = { key: "users", order: 30, right: "users.manage", load: () => import("./Users") };
export default tab;
