// The tab webhooks of the settings.
import type { Tab } from "../tabs";

const tab: Tab = { key: "webhooks", order: 42, right: "channels.read", load: () => import("./Webhooks") };
export default tab;
