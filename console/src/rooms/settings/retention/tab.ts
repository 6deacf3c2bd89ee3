// The tab retention of the settings.
import type { Tab } from "../tabs";

const tab: Tab = { key: "retention", order: 29, right: "privacy.requests", load: () => import("./Retention") };
export default tab;
