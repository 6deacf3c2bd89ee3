// What pages are made of.
export { begunOf, type Work } from "./begun";
export { type Clip, clipOf } from "./clip";
export { Choices } from "./Choices";
export { Confirm } from "./Confirm";
export { type Column, DataTable } from "./DataTable";
export { type Draft, UnsavedGuard, useDraft } from "./draft";
export { Elsewhere } from "./Elsewhere";
export { Figure } from "./Figure";
export { Page } from "./Page";
export { save } from "./save";
export { Sentence } from "./Sentence";
export { SideSheet } from "./SideSheet";
export { Asked, Empty, Failed, NoRight } from "./states";
export { useFmt } from "./words";
