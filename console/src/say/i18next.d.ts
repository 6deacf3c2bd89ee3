import "i18next";
import type { Rooms } from "./rooms";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "kit";
    resources: Rooms;
  }
}
