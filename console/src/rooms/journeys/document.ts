// The parsed text: of hundreds of steps reading takes a while, so that the latest is kept.
import { type Document, parseDocument } from "yaml";

let kept: { text: string; doc: Document } | undefined;

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
  const next = doc.toString({ lineWidth: 0 });
  kept = { text: next, doc };
  return next;
}
