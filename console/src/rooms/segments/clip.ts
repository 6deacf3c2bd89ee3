// Copied conditions, as JSON.
import { clipOf } from "~/kit";
import type { Node } from "./tree";

export const { hold, held, give } = clipOf("segments");

export function textOf(node: Node): string {
  return JSON.stringify(node, null, 2);
}
