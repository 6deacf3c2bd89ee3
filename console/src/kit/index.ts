// What pages are made of.
export { Choices } from "./Choices";
export { Confirm } from "./Confirm";
export { type Column, DataTable } from "./DataTable";
export { type Draft, UnsavedGuard, useDraft } from "./draft";
export { Figure } from "./Figure";
export { Page } from "./Page";
export { Sentence } from "./Sentence";
export { SideSheet } from "./SideSheet";
export { Asked, Empty, Failed, NoRight, Stale } from "./states";
export { useFmt } from "./words";
