// A campaign as its author writes it (docs/reference/onsite.schema.json), and what forms need.
import { now } from "~/api/clock";
import { fold, type Locale, LOCALES } from "~/fmt";

export type Language = Locale;
export { isLocale as isLanguage } from "~/fmt";
/** In the order in which forms show them. */
export const LANGUAGES = LOCALES;
export const KINDS = ["popup", "banner", "slide_in", "embedded"] as const;
export type Kind = (typeof KINDS)[number];
export const PLACES: Partial<Record<Kind, readonly ("top" | "bottom" | "left" | "right")[]>> = {
  banner: ["bottom", "top"],
  slide_in: ["right", "left"],
};

export interface Block {
  type: string;
  [field: string]: unknown;
}
export type Blocks = Partial<Record<Language, Block[]>>;
export interface Variant {
  key: string;
  weight?: number;
  blocks?: Blocks;
}
export interface Often {
  times: number;
  days?: number;
}
export interface Triggers {
  urls?: string[] | undefined;
  not_urls?: string[] | undefined;
  device?: string | undefined;
  basket_min?: number | null | undefined;
  basket_max?: number | null | undefined;
  pages?: number | undefined;
  seconds?: number | null | undefined;
  scroll_percent?: number | null | undefined;
  exit_intent?: boolean | undefined;
  event?: string | undefined;
}
export interface Frequency {
  device?: Often | null | undefined;
  person?: Often | null | undefined;
  after_close_days?: number | undefined;
  after_conversion?: boolean | undefined;
}
export type Look = Partial<Record<Colour, string>> & { radius?: number | undefined };
export const COLOURS = ["background", "text", "accent", "on_accent"] as const;
export type Colour = (typeof COLOURS)[number];
export interface Wanted {
  key: string;
  name: string;
  kind: Kind;
  blocks?: Blocks | undefined;
  variants?: Variant[] | undefined;
  triggers?: Triggers | undefined;
  frequency?: Frequency | undefined;
  purpose?: string | undefined;
  before_consent?: boolean | undefined;
  audience?: string | undefined;
  goal?: { event: string; hours?: number } | null | undefined;
  from?: string | null | undefined;
  until?: string | null | undefined;
  priority?: number | undefined;
  link_hosts?: string[] | undefined;
  place?: string | undefined;
  slot?: string | undefined;
  look?: Look | undefined;
  brand?: string | undefined;
  language?: Language | "" | undefined;
}

/** What the server takes a missing field for. */
export const USUAL = {
  background: "#ffffff", text: "#1c2024", accent: "#1f4fd8", on_accent: "#ffffff", radius: 12,
  pages: 1, after_close_days: 7, hours: 168, priority: 0,
} as const; // prettier-ignore

/** How a field of a block is written. A `shared` one is the same in every language. */
export interface Field {
  name: string;
  sort: "line" | "lines" | "url" | "choice";
  most: number;
  needed?: boolean;
  shared?: boolean;
  choices?: readonly string[];
}

/** The fields of each block, as the schema has them. */
export const BLOCKS: Record<string, readonly Field[]> = {
  heading: [{ name: "text", sort: "line", most: 1000, needed: true }],
  text: [{ name: "text", sort: "lines", most: 1000, needed: true }],
  image: [
    { name: "url", sort: "url", most: 2000, needed: true },
    { name: "alt", sort: "line", most: 300 },
    { name: "link", sort: "url", most: 2000 },
  ],
  button: [
    { name: "text", sort: "line", most: 120, needed: true },
    { name: "url", sort: "url", most: 2000 },
    { name: "style", sort: "choice", most: 0, shared: true, choices: ["primary", "secondary"] },
  ],
  coupon: [
    { name: "code", sort: "line", most: 60, needed: true },
    { name: "text", sort: "line", most: 200 },
  ],
  form: [
    { name: "field", sort: "choice", most: 0, shared: true, choices: ["email", "phone"] },
    { name: "label", sort: "line", most: 120, needed: true },
    { name: "button", sort: "line", most: 120, needed: true },
    { name: "thanks", sort: "lines", most: 1000, needed: true },
    { name: "consent", sort: "lines", most: 1000 },
    { name: "channel", sort: "choice", most: 0, shared: true, choices: ["", "email", "sms", "whatsapp", "call"] },
  ],
  close: [{ name: "text", sort: "line", most: 120, needed: true }],
  spacer: [{ name: "size", sort: "choice", most: 0, shared: true, choices: ["s", "m", "l"] }],
}; // prettier-ignore

const FIRST: Record<string, string> = { style: "primary", field: "email", size: "m" };

/** Blocks that stand side by side. */
export const COLUMNS = "columns";

/** What stands in one of the columns of a block. */
export function columnOf(block: Block | undefined, at: number): Block[] {
  const all = block?.type === COLUMNS && Array.isArray(block.columns) ? (block.columns as unknown[]) : [];
  return Array.isArray(all[at]) ? (all[at] as Block[]) : [];
}

export const columnsIn = (block: Block | undefined): number =>
  block?.type === COLUMNS && Array.isArray(block.columns) ? block.columns.length : 0;

/** A block with nothing in it yet. */
export function blank(type: string): Block {
  if (type === COLUMNS) return { type, columns: [[blank("text")], [blank("text")]] };
  const fields = (BLOCKS[type] ?? []).filter((one) => one.needed || one.shared || one.name === "alt");
  return { type, ...Object.fromEntries(fields.map((one) => [one.name, FIRST[one.name] ?? ""])) };
}

/** The texts that are compared; blocks alone are the only one. */
export function textsOf(wanted: Wanted): Variant[] {
  return wanted.variants?.length ? wanted.variants : [{ key: "a", blocks: wanted.blocks ?? {} }];
}

/** The same campaign with these texts: one alone is written as blocks. */
export function withTexts(wanted: Wanted, texts: Variant[]): Wanted {
  const only = texts[0];
  return texts.length === 1 && only
    ? { ...wanted, variants: undefined, blocks: only.blocks ?? {} }
    : { ...wanted, blocks: undefined, variants: texts };
}

/** Where the blocks of a text stand in the campaign, as the server names places. */
export const placeOf = (wanted: Wanted, at: number) =>
  wanted.variants?.length ? `/variants/${at}/blocks` : "/blocks";

export const languagesOf = (text: Variant | undefined): Language[] =>
  LANGUAGES.filter((one) => text?.blocks?.[one]);

/** What is wrong, and where: a JSON pointer into the campaign. */
export interface Fault {
  path: string;
  code: string;
  message: string;
}

export const PARTS = ["texts", "look", "when", "whom"] as const;
export type Part = (typeof PARTS)[number];
const IN: Record<string, Part> = {
  brand: "whom", language: "texts", name: "texts", kind: "texts", place: "texts", slot: "texts", blocks: "texts", variants: "texts",
  look: "look", link_hosts: "texts", triggers: "when", from: "when", until: "when",
  audience: "whom", frequency: "whom", purpose: "whom", goal: "whom", priority: "whom",
}; // prettier-ignore

/** The part of the form in which a fault can be mended. */
export const partOf = (fault: Fault): Part => IN[fault.path.split("/")[1] ?? ""] ?? "texts";

/** The same without what says nothing. */
export function tidied(wanted: Wanted): Wanted {
  const kept = Object.entries(wanted).filter(
    ([, value]) => value !== undefined && value !== null && value !== "" && value !== false,
  );
  return { ...(Object.fromEntries(kept) as unknown as Wanted), name: wanted.name.trim() };
}

/** What the number of a form says; nothing while it is empty. */
export const numberOf = (given: number | string): number | undefined =>
  typeof given === "number" ? given : undefined;

/** The key of a name: small letters, digits and dashes. */
export function keyOf(name: string): string {
  return fold(name)
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
}

export type State = "live" | "scheduled" | "ended" | "paused" | "archived" | "draft" | "unsaved";

interface Stands {
  paused: boolean;
  start: string | null;
  until: string | null;
  archived_at: string | null;
}

export function stateOf(one: Stands): State {
  if (one.archived_at) return "archived";
  if (one.until && Date.parse(one.until) <= now()) return "ended";
  if (one.paused) return "paused";
  return one.start && Date.parse(one.start) > now() ? "scheduled" : "live";
}

/** A time on the clock of `zone`, as inputs have it; "" for none. */
export function clockIn(zone: string, at: string | null | undefined): string {
  if (!at || Number.isNaN(Date.parse(at))) return "";
  const parts = { timeZone: zone, dateStyle: "short", timeStyle: "short" } as const;
  return new Intl.DateTimeFormat("sv-SE", parts).format(new Date(at)).replace(" ", "T");
}

/** That time with the offset that `zone` has then. */
export function instantIn(zone: string, clock: string): string | undefined {
  if (!clock || Number.isNaN(Date.parse(`${clock}:00Z`))) return undefined;
  // Of the time as if it were UTC first, then of what that makes it: near a change they differ.
  const near = offsetAt(zone, `${clock}:00Z`);
  return `${clock}:00${offsetAt(zone, `${clock}:00${near}`)}`;
}

function offsetAt(zone: string, at: string): string {
  const parts = { timeZone: zone, timeZoneName: "longOffset" } as const;
  const said = new Intl.DateTimeFormat("en-US", parts).format(new Date(at));
  return /[+-]\d\d:\d\d/.exec(said)?.[0] ?? "+00:00";
}
