// The tab consent of the settings.
import type { Tab } from "../tabs";

const tab: Tab = { key: "consent", order: 28, right: "consent.read", load: () => import("./Consent") };
export default tab;
