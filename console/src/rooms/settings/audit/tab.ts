// The tab audit of the settings.
import type { Tab } from "../tabs";

const tab: Tab = { key: "audit", order: 50, right: "audit.read", load: () => import("./Audit") };
export default tab;
