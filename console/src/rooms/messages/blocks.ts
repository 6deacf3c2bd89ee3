// A mail's MJML as a list of blocks: what is simple has a form, all else is kept as it was written.

export const KINDS = [
  "text", "button", "image", "divider", "hero", "columns", "use", "other",
] as const; // prettier-ignore
export type Kind = (typeof KINDS)[number];

/** One piece of the body: `source` is what stands there, `gap` the white space before it. */
export interface Piece {
  kind: Kind;
  source: string;
  gap: string;
  /** The first of its lines in the whole text, from 1. */
  line: number;
}
export interface Split {
  before: string;
  pieces: Piece[];
  after: string;
}

const BODY = /<mj-body\b[^>]*>/;
const TAG = /^<(mj-[a-z]+)\b/;
const STATEMENT = /^\{%-?\s*(\w+)[\s\S]*?%\}/;
const SIMPLE =
  /^<mj-section[^>]*>\s*<mj-column[^>]*>\s*<mj-(text|button|image|divider)\b[^>]*?(?:\/>|>([\s\S]*?)<\/mj-\1>)\s*<\/mj-column>\s*<\/mj-section>$/;
const USE = /^\{%-?\s*use\s+["']([^"']*)["']\s*-?%\}$/;
const OPENING = ["for", "if"];

/** The blocks of a mail, null where it has no body that could be cut into them. */
export function split(mjml: string): Split | null {
  const open = BODY.exec(mjml);
  const end = mjml.lastIndexOf("</mj-body>");
  if (!open || end < 0) return null;
  const start = open.index + open[0].length;
  const pieces: Piece[] = [];
  let at = start;
  while (at < end) {
    const rest = mjml.slice(at, end);
    const gap = /^\s*/.exec(rest)?.[0] ?? "";
    if (gap.length === rest.length) break;
    const source = first(rest.slice(gap.length));
    const line = mjml.slice(0, at + gap.length).split("\n").length;
    pieces.push({ kind: kindOf(source), source, gap, line });
    at += gap.length + source.length;
  }
  return { before: mjml.slice(0, start), pieces, after: mjml.slice(at) };
}

export function joined({ before, pieces, after }: Split): string {
  return before + pieces.map((one) => one.gap + one.source).join("") + after;
}

/** The first whole piece: an element with all in it, a statement with its end, or what is between. */
function first(text: string): string {
  const tag = TAG.exec(text)?.[1];
  if (tag) return text.slice(0, endOfElement(text, tag));
  const statement = STATEMENT.exec(text);
  if (statement) {
    return OPENING.includes(statement[1] ?? "") ? text.slice(0, endOfBranch(text)) : statement[0];
  }
  const next = text.slice(1).search(/<mj-|\{%/);
  return next < 0 ? text.trimEnd() : text.slice(0, next + 1).trimEnd();
}

function endOfElement(text: string, tag: string): number {
  const marks = new RegExp(`<(/?)${tag}\\b[^>]*?(/?)>`, "g");
  let depth = 0;
  for (const mark of text.matchAll(marks)) {
    if (mark[1]) depth -= 1;
    else if (!mark[2]) depth += 1;
    if (depth === 0) return mark.index + mark[0].length;
  }
  return text.length;
}

function endOfBranch(text: string): number {
  let depth = 0;
  for (const mark of text.matchAll(/\{%-?\s*(\w+)[\s\S]*?%\}/g)) {
    if (OPENING.includes(mark[1] ?? "")) depth += 1;
    if (mark[1]?.startsWith("end")) depth -= 1;
    if (depth === 0) return mark.index + mark[0].length;
  }
  return text.length;
}

function kindOf(source: string): Kind {
  if (USE.test(source)) return "use";
  const simple = SIMPLE.exec(source);
  if (simple && !simple[2]?.includes("<mj-")) return simple[1] as Kind;
  const parts = partsOf(source);
  if (parts?.at(-1)?.column === 1) return "columns";
  return parts?.map((one) => one.kind).join() === "image,text,button" ? "hero" : "other";
}

/** A picture, a text or a button among others in a section. */
export interface Part {
  kind: "text" | "button" | "image";
  /** The first column is 0. */
  column: number;
  at: number;
  source: string;
}

const WHOLE = /^<mj-section\b[^>]*>([\s\S]*)<\/mj-section>$/;
const COLUMN = /<mj-column\b[^>]*>([\s\S]*?)<\/mj-column>/g;
const PART = /<mj-(text|button|image)\b[^>]*?(?:\/>|>([\s\S]*?)<\/mj-\1>)/g;
const MOST_COLUMNS = 2;

/** What a section of one or two columns is made of; null where there is anything else in it. */
export function partsOf(source: string): Part[] | null {
  const inner = WHOLE.exec(source)?.[1];
  if (inner === undefined || inner.replace(COLUMN, "").trim()) return null;
  const columns = [...source.matchAll(COLUMN)];
  if (!columns.length || columns.length > MOST_COLUMNS) return null;
  const found: Part[] = [];
  for (const [column, whole] of columns.entries()) {
    const within = whole[1] ?? "";
    const parts = [...within.matchAll(PART)];
    const odd = parts.some((one) => one[2]?.includes("<mj-"));
    if (odd || !parts.length || within.replace(PART, "").trim()) return null;
    const start = whole.index + whole[0].indexOf(">") + 1;
    for (const one of parts) {
      const kind = one[1] as Part["kind"];
      found.push({ kind, column, at: start + one.index, source: one[0] });
    }
  }
  return found;
}

/** A part as a block of its own, for the forms that blocks have. */
export function alone(part: Part): string {
  return section(part.source);
}

/** The section with a part as its form has made it. */
export function withPart(source: string, part: Part, changed: string): string {
  const [before = "", after = ""] = section("|").split("|");
  const written = changed.slice(before.length, changed.length - after.length);
  return source.slice(0, part.at) + written + source.slice(part.at + part.source.length);
}

export function withoutPart(source: string, part: Part): string {
  return source.slice(0, part.at) + source.slice(part.at + part.source.length);
}

/** Whether a remark on a line of the whole is about this piece. */
export function isAt(piece: Piece, line: number): boolean {
  return line >= piece.line && line < piece.line + piece.source.split("\n").length;
}

/** The words of a text or a button, a line for each <br/>; how the source is set in is no word. */
export function wordsOf(source: string): string {
  const inner = SIMPLE.exec(source)?.[2] ?? "";
  return inner
    .split(/<br\s*\/?>/)
    .map((line) => line.replace(/^\s*\n\s*|\s*\n\s*$/g, "").replace(/\s*\n\s*/g, " "))
    .join("\n")
    .replace(/&lt;/g, "<");
}

export function withWords(source: string, words: string): string {
  const inner = SIMPLE.exec(source)?.[2];
  const open = /<mj-(?:text|button)\b[^>]*>/.exec(source);
  if (inner === undefined || !open) return source;
  const written = words.replace(/<(?![a-z/])/gi, "&lt;").replace(/\n/g, "<br/>");
  const place = open.index + open[0].length;
  return source.slice(0, place) + written + source.slice(place + inner.length);
}

/** An attribute of the one element of a block: src, alt, href. */
export function attributeOf(source: string, name: string): string {
  const found = element(source)?.text.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1] ?? "";
  return found.replace(/&quot;/g, '"');
}

export function withAttribute(source: string, name: string, value: string): string {
  const found = element(source);
  if (!found) return source;
  // Inside a template single quotes say the same; elsewhere a double one would end the value.
  const written = value
    .replace(/\{\{[\s\S]*?\}\}/g, (one) => one.replace(/"/g, "'"))
    .replace(/"/g, "&quot;");
  const there = new RegExp(`\\s${name}="[^"]*"`);
  const next = there.test(found.text)
    ? found.text.replace(there, () => ` ${name}="${written}"`)
    : found.text.replace(/\s*(\/?)>$/, (_, slash: string) => ` ${name}="${written}"${slash}>`);
  return source.slice(0, found.at) + next + source.slice(found.at + found.text.length);
}

/** An empty width is no width: the picture is as wide as its column. */
export function withWidth(source: string, width: number): string {
  const found = element(source);
  if (width || !found) return withAttribute(source, "width", `${width}px`);
  const without = found.text.replace(/\swidth="[^"]*"/, "");
  return source.slice(0, found.at) + without + source.slice(found.at + found.text.length);
}

function element(source: string): { at: number; text: string } | null {
  const found = /<mj-(?:button|image)\b[^>]*>/.exec(source);
  return found ? { at: found.index, text: found[0] } : null;
}

/** The key of the shared block that a piece takes in. */
export function usedOf(source: string): string {
  return USE.exec(source)?.[1] ?? "";
}

const section = (inner: string) =>
  `<mj-section><mj-column>${inner}</mj-column></mj-section>`;

export const ADDED = [
  "text", "button", "image", "hero", "columns", "divider", "products", "other",
] as const; // prettier-ignore
export type Added = (typeof ADDED)[number];

/** What a new block begins as. */
export function fresh(kind: Added, words: string): string {
  switch (kind) {
    case "text":
      return section("<mj-text></mj-text>");
    case "button":
      return section(`<mj-button href="https://example.com">${words}</mj-button>`);
    case "image":
      return section('<mj-image src="" alt=""/>');
    case "hero":
      return [
        '<mj-section><mj-column>\n<mj-image src="" alt=""/>',
        '<mj-text align="center" font-size="24px" line-height="1.3"></mj-text>',
        `<mj-button href="https://example.com">${words}</mj-button>\n</mj-column></mj-section>`,
      ].join("\n");
    case "columns": {
      const button = `<mj-button href="https://example.com">${words}</mj-button>`;
      const column = `<mj-column>\n<mj-image src="" alt=""/>\n<mj-text></mj-text>\n${button}\n</mj-column>`;
      return `<mj-section>\n${column}\n${column}\n</mj-section>`;
    }
    case "divider":
      return section('<mj-divider border-width="1px" border-color="#d0d5dd"/>');
    case "products":
      return [
        "{% for p in products.viewed[:3] %}",
        section(
          '<mj-text><a href="{{ p.url }}">{{ p.name }}</a><br/>{{ p.price_minor | money_minor(p.currency) }}</mj-text>',
        ),
        `{% else %}${section(`<mj-text>${words}</mj-text>`)}`,
        "{% endfor %}",
      ].join("\n");
    default:
      return section("<mj-text></mj-text><mj-spacer/>");
  }
}

export function withPiece(whole: Split, at: number, source: string): string {
  const pieces = whole.pieces.map((one, other) => (other === at ? { ...one, source } : one));
  return joined({ ...whole, pieces });
}

export function without(whole: Split, at: number): string {
  return joined({ ...whole, pieces: whole.pieces.filter((_, other) => other !== at) });
}

export function added(whole: Split, source: string): string {
  const piece: Piece = { kind: "other", source, gap: "\n", line: 0 };
  return joined({ ...whole, pieces: [...whole.pieces, piece] });
}

/** With a block one place up or down. */
export function shifted(whole: Split, at: number, by: number): string {
  const pieces = [...whole.pieces];
  const [one, other] = [pieces[at], pieces[at + by]];
  if (!one || !other) return joined(whole);
  pieces[at] = { ...other, gap: one.gap };
  pieces[at + by] = { ...one, gap: other.gap };
  return joined({ ...whole, pieces });
}
