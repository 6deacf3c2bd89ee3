// The parsed text: of hundreds of steps reading takes a while, so that the latest is kept.
import { type Document, parseDocument, type ToStringOptions } from "yaml";

let kept: { text: string; doc: Document } | undefined;

/** How a text is written: no line is broken, and braces stay as near as their author has them. */
export function styleOf(text: string): ToStringOptions {
  return { lineWidth: 0, flowCollectionPadding: /\{ \S/.test(text) };
}

/** To look at, not to change; of a changed text the places (ranges) are those before the change. */
export function look(text: string): Document {
  if (kept?.text !== text) kept = { text, doc: parseDocument(text) };
  return kept.doc;
}

/** The text after a change of its document. */
export function changed(text: string, change: (doc: Document) => void): string {
  const doc = look(text);
  kept = undefined; // a change that fails leaves nothing half done behind
  change(doc);
  const next = doc.toString(styleOf(text));
  kept = { text: next, doc };
  return next;
}
