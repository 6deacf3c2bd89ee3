// The tab brand of the settings.
import type { Tab } from "../tabs";

const tab: Tab = { key: "brand", order: 22, right: "journeys.read", load: () => import("./Brand") };
export default tab;
