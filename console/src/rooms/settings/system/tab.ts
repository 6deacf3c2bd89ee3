// The tab system of the settings.
import type { Tab } from "../tabs";

const tab: Tab = { key: "system", order: 60, right: "system.read", load: () => import("./System") };
export default tab;
