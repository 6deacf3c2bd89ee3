// What a message is made of: channels, their fields, languages, and where a remark belongs.
import { type Locale, LOCALES } from "~/fmt";

export type Fields = Record<string, string>;
export type Variants = Record<string, Record<string, Fields>>;

/** A message as its author writes it (docs/reference/message.schema.json). */
export interface Definition {
  key: string;
  name: string;
  variants: Variants;
  intent?: string;
  purpose?: "marketing" | "transactional";
  topic?: string;
  brand?: string;
  language?: Locale | "";
  link_hosts?: string[];
  utm?: Record<string, string>;
}

/** A remark with its place in the definition, a JSON pointer. */
export interface Finding {
  path: string;
  severity: "error" | "warning";
  message: string;
  line: number;
}

export const CHANNELS = [
  "email", "sms", "push", "web_push", "whatsapp", "telegram", "instagram", "messenger", "inbox", "call",
  "store", "webhook",
] as const; // prettier-ignore
export type Channel = (typeof CHANNELS)[number];
export const LANGUAGES = LOCALES;
export type Language = Locale;

/** Words on several lines, on one, an address, or a name or data for machines. */
export type Sort = "text" | "line" | "url" | "code";
export interface FieldShape {
  name: string;
  sort: Sort;
  needed?: boolean;
  /** Written `name_1`, `name_2` and so on. */
  many?: boolean;
  /** Shown when asked for, or when something stands in it. */
  rare?: boolean;
}

const NOTICE: FieldShape[] = [
  { name: "title", sort: "line" },
  { name: "body", sort: "text" },
  { name: "url", sort: "url" },
  { name: "image", sort: "url", rare: true },
];
const TEXT: FieldShape[] = [{ name: "text", sort: "text", needed: true }];
const SCRIPT: FieldShape[] = [
  { name: "script", sort: "text", needed: true },
  { name: "reason", sort: "line" },
];
const FOR_APPS: FieldShape[] = [
  { name: "icon", sort: "line", rare: true },
  { name: "collapse", sort: "line", rare: true },
  { name: "data", sort: "code", rare: true },
];
export const FIELDS: Record<Channel, FieldShape[]> = {
  email: [
    { name: "subject", sort: "line", needed: true },
    { name: "preheader", sort: "line" },
    { name: "mjml", sort: "code", needed: true },
    { name: "text", sort: "text", rare: true },
    { name: "from_name", sort: "line", rare: true },
    { name: "from_email", sort: "line", rare: true },
    { name: "reply_to", sort: "line", rare: true },
  ],
  sms: TEXT,
  push: [...NOTICE, ...FOR_APPS],
  web_push: [...NOTICE, ...FOR_APPS],
  inbox: NOTICE,
  whatsapp: [
    { name: "text", sort: "text" },
    { name: "template", sort: "line", rare: true },
    { name: "template_language", sort: "line", rare: true },
    { name: "parameter", sort: "line", many: true, rare: true },
    { name: "header_media_url", sort: "url", rare: true },
    { name: "button", sort: "line", many: true, rare: true },
  ],
  telegram: [...TEXT, { name: "button", sort: "line", many: true }],
  instagram: TEXT,
  messenger: TEXT,
  call: [...SCRIPT, { name: "best_time", sort: "line" }],
  store: [...SCRIPT, { name: "store", sort: "line", rare: true }],
  webhook: [
    { name: "body", sort: "code", needed: true },
    { name: "event", sort: "line" },
  ],
};
/** The fields that hold a picture's address. */
export const PICTURES: readonly string[] = ["image", "header_media_url"];
/** The field that says it all, for copying from one channel into another. */
const MAIN: Record<Channel, string> = {
  email: "subject", sms: "text", push: "body", web_push: "body", inbox: "body", whatsapp: "text",
  telegram: "text", instagram: "text", messenger: "text", call: "script", store: "script", webhook: "body",
}; // prettier-ignore

export function isChannel(name: string): name is Channel {
  return (CHANNELS as readonly string[]).includes(name);
}

/** The channels of a message in our order. */
export function channelsOf(variants: Variants): Channel[] {
  return CHANNELS.filter((one) => variants[one]);
}

/** The names of the fields of a variant: the usual ones, and the rare ones that are written. */
export function fieldsOf(channel: Channel, written: Fields): { name: string; shape: FieldShape }[] {
  return FIELDS[channel].flatMap((shape) => {
    if (shape.many) {
      const count = numbered(shape.name, written);
      return Array.from({ length: count }, (_, at) => ({ name: `${shape.name}_${at + 1}`, shape }));
    }
    return shape.rare && written[shape.name] === undefined ? [] : [{ name: shape.name, shape }];
  });
}

/** What else could be written: rare fields that are not there, one more of the numbered ones. */
export function otherFields(channel: Channel, written: Fields): { name: string; stem: string }[] {
  return FIELDS[channel].flatMap((shape) => {
    if (shape.many) {
      return [{ name: `${shape.name}_${numbered(shape.name, written) + 1}`, stem: shape.name }];
    }
    return shape.rare && written[shape.name] === undefined
      ? [{ name: shape.name, stem: shape.name }]
      : [];
  });
}

function numbered(stem: string, written: Fields): number {
  let count = 0;
  while (written[`${stem}_${count + 1}`] !== undefined) count += 1;
  return count;
}

/** An empty mail that can be written in at once. */
export const EMPTY_MAIL =
  "<mjml><mj-body>\n<mj-section><mj-column><mj-text></mj-text></mj-column></mj-section>\n</mj-body></mjml>";

export function blank(channel: Channel): Fields {
  const needed = FIELDS[channel].filter((one) => !one.rare && !one.many);
  const fields = Object.fromEntries(needed.map((one) => [one.name, ""]));
  return channel === "email" ? { ...fields, mjml: EMPTY_MAIL } : fields;
}

/** Another channel's words in this one, to be rewritten for it. */
export function moved(from: Channel, fields: Fields, to: Channel): Fields {
  const said = fields[MAIN[from]] ?? "";
  const made: Fields = { ...blank(to), [MAIN[to]]: said };
  if ("title" in made) made.title = fields.title ?? fields.subject ?? "";
  if ("url" in made && fields.url) made.url = fields.url;
  return made;
}

/** The same message with another text in one place; undefined takes a variant away. */
export function withVariant(
  message: Definition,
  channel: string,
  language: string,
  fields: Fields | undefined,
): Definition {
  const languages = { ...message.variants[channel] };
  if (fields) languages[language] = fields;
  else delete languages[language];
  const variants = { ...message.variants, [channel]: languages };
  if (!Object.keys(languages).length) delete variants[channel];
  return { ...message, variants };
}

/** What is sent: fields that say nothing are not there. */
export function tidied(message: Definition): Definition {
  const variants: Variants = {};
  for (const [channel, languages] of Object.entries(message.variants)) {
    const shapes = isChannel(channel) ? FIELDS[channel] : [];
    const kept = (name: string, text: string) =>
      text.trim() !== "" || shapes.some((one) => one.name === name && one.needed);
    variants[channel] = Object.fromEntries(
      Object.entries(languages).map(([language, fields]) => [
        language,
        Object.fromEntries(Object.entries(fields).filter(([name, text]) => kept(name, text))),
      ]),
    );
  }
  return { ...message, variants };
}

/** The remarks about one place and all below it. */
export function findingsIn(found: Finding[], ...place: string[]): Finding[] {
  const path = `/${["variants", ...place].join("/")}`;
  return found.filter((one) => one.path === path || one.path.startsWith(`${path}/`));
}

/** The remarks about the message itself, and none of its texts. */
export function findingsAbout(found: Finding[]): Finding[] {
  return found.filter((one) => !one.path.startsWith("/variants/"));
}

/** Where a remark belongs, if that is a text. */
export function placeOf(path: string): { channel: string; language: string; field: string } | null {
  const [, variants, channel, language, field = ""] = path.split("/");
  return variants === "variants" && channel && language ? { channel, language, field } : null;
}

export interface Change {
  channel: string;
  language: string;
  field: string;
  before: string;
  after: string;
}

/** What differs between two versions, place by place. */
export function changes(before: Variants, after: Variants): Change[] {
  const found: Change[] = [];
  for (const channel of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, young] = [before[channel] ?? {}, after[channel] ?? {}];
    for (const language of new Set([...Object.keys(old), ...Object.keys(young)])) {
      const [was, is] = [old[language] ?? {}, young[language] ?? {}];
      for (const field of new Set([...Object.keys(was), ...Object.keys(is)])) {
        const [one, other] = [was[field] ?? "", is[field] ?? ""];
        if (one !== other) found.push({ channel, language, field, before: one, after: other });
      }
    }
  }
  return found;
}
