// What comes in from other programs: pasted text is cleaned, and a file that misses its place opens
// nothing instead of the page.

/** Line breaks and bullets as Word, Outlook and web pages write them into plain text. */
const CLEAN: [RegExp, string][] = [
  [/\r\n?|[\v\f\u0085\u2028\u2029]/g, "\n"],
  [/[\u00a0\u2007\u202f]/g, " "],
  // Bullets in fonts of signs, with the tab behind them.
  [/^[ \t]*[\u00b7\u2022\u25aa\u25cf\uf000-\uf0ff]\t[ \t]*/gm, "• "],
  // Places where a word may be broken, marks of a file's beginning, and what no text is made of.
  // eslint-disable-next-line no-control-regex
  [/[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u200b\u2060\ufeff\ufffc]/g, ""],
];
/** Of Word also the empty lines and spaces by which it sets paragraphs. */
const TIDY: [RegExp, string][] = [
  [/[ \t]+(?=\n|$)/g, ""],
  [/\n{3,}/g, "\n\n"],
];
const WORD = /\bmso-|urn:schemas-microsoft-com/i;

export function cleaned(text: string, html = ""): string {
  const rules = WORD.test(html) ? [...CLEAN, ...TIDY] : CLEAN;
  return rules.reduce((now, [sign, instead]) => now.replace(sign, instead), text);
}

const FIELD = "textarea, input:is([type=text], [type=search], [type=url], :not([type]))";

/** Writes the clean text instead, as if it had been typed: undo takes it back. */
function paste(event: ClipboardEvent): void {
  const field = event.target;
  if (event.defaultPrevented || !(field instanceof HTMLElement) || !field.matches(FIELD)) return;
  const given = event.clipboardData?.getData("text/plain") ?? "";
  const text = cleaned(given, event.clipboardData?.getData("text/html"));
  if (text === given.replace(/\r\n?/g, "\n")) return;
  event.preventDefault();
  const line = field instanceof HTMLTextAreaElement ? text : text.trim().replace(/\s*\n\s*/g, " ");
  document.execCommand("insertText", false, line);
}

function hold(event: DragEvent): void {
  const files = event.dataTransfer?.types.includes("Files") ?? false;
  const isFileField = event.target instanceof Element && event.target.matches("input[type=file]");
  if (!files || isFileField || event.defaultPrevented) return;
  event.preventDefault();
  if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
}

/** From now on, for every page; what a page takes itself it takes first. */
export function takeWhatIsGiven(): void {
  document.addEventListener("paste", paste);
  window.addEventListener("dragover", hold);
  window.addEventListener("drop", hold);
}
