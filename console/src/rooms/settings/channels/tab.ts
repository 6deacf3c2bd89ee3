// The tab channels of the settings.
import type { Tab } from "../tabs";

const tab: Tab = { key: "channels", order: 20, right: "channels.read", load: () => import("./Channels") };
export default tab;
