// The tab topics of the settings.
import type { Tab } from "../tabs";

const tab: Tab = { key: "topics", order: 27, right: "consent.read", load: () => import("./Topics") };
export default tab;
