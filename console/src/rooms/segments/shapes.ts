// What the parts of a rule are made of, as their forms show them. A condition with anything else in
// it has no form, and is shown as its text: nothing is hidden, and nothing lost.

/** "?" behind a field's name: it may be left out. A list of words: one of them; "a|b": one of several. */
type Shape = Record<string, string | readonly string[]>;

export const CHANNELS = ["email", "sms", "whatsapp", "push", "call"] as const;
export const REACH = ["reachable", "has_address", "verified", "suppressed"] as const;
export const CONSENT = ["granted", "refused", "expired", "not_asked"] as const;
export const PURPOSES = [
  "marketing", "profiling", "ads_matching", "service", "transfer_abroad",
] as const; // prettier-ignore
export const MESSAGES = ["sent", "delivered", "opened", "clicked", "ignored"] as const;
export const INSIDE = ["inside", "left", "entered", "never"] as const;
export const TEXT_OPS = [
  "eq", "ne", "in", "not_in", "contains", "starts_with", "ends_with", "matches",
] as const; // prettier-ignore
export const NUMBER_OPS = ["gte", "gt", "lte", "lt", "eq", "ne", "between"] as const;
export const UNITS = ["minute", "hour", "day", "week"] as const;
export const CALENDAR = ["day", "week", "month", "quarter", "year"] as const;
export const HOW = ["sum", "average", "most"] as const;

const ONE_PROPERTY = { property: "text" };
const WINDOWS = "ever|last|next|calendar|between|since";
const TESTS = "number|text|flag|time|yearly|known|unknown";

/** By the kind that a part says itself, and by a name where it says none. */
const SHAPES: Record<string, Shape> = {
  trait: { trait: "text", test: TESTS },
  fact: { fact: "text", test: TESTS },
  reach: { channel: CHANNELS, "state?": REACH },
  consent: { channel: CHANNELS, "state?": CONSENT, "purpose?": "text", "topic?": "text", "brand?": "text" },
  event: {
    events: "texts", "where?": "filters", "lines?": "filters", "window?": WINDOWS, "clock?": "clock",
    "once?": "truth", "test?": TESTS,
    "measure?": "count|days|distinct|sum|average|least|most|earliest|latest|money",
  },
  sequence: { stages: "stages", "then_not?": "stage", "window?": WINDOWS },
  messages: {
    what: MESSAGES, "channel?": CHANNELS, "journey?": "text", "window?": WINDOWS, "test?": "number",
  },
  journey: { journey: "text", "state?": INSIDE },
  member: { segment: "text" },
  share: { end: "amount", "start?": "amount", "salt?": "text" },
  // Windows
  ever: {},
  last: { "span?": "span", "skip?": "span" },
  next: { span: "span" },
  calendar: { unit: CALENDAR, "back?": "amount", "count?": "amount" },
  between: { "start?": "text", "end?": "text" },
  since: { events: "texts", "where?": "filters", "first?": "truth" },
  // Tests
  number: { op: NUMBER_OPS, value: "amount", "high?": "amount" },
  text: { op: TEXT_OPS, values: "texts" },
  flag: { value: "truth" },
  time: { window: WINDOWS },
  yearly: { "before?": "amount", "after?": "amount" },
  known: {},
  unknown: {},
  // Measures
  count: {},
  days: {},
  distinct: ONE_PROPERTY,
  sum: ONE_PROPERTY,
  average: ONE_PROPERTY,
  least: ONE_PROPERTY,
  most: ONE_PROPERTY,
  earliest: ONE_PROPERTY,
  latest: ONE_PROPERTY,
  money: { currency: "text", "how?": HOW },
}; // prettier-ignore
const NAMELESS: Record<string, Shape> = {
  span: { amount: "amount", "unit?": UNITS },
  clock: { "weekdays?": "numbers", "from_hour?": "amount", "to_hour?": "amount" },
  filter: { property: "text", test: TESTS },
  stage: { events: "texts", "where?": "filters", "lines?": "filters", "within?": "span" },
};
const LISTS: Record<string, string> = { filters: "filter", stages: "stage" };

/** Whether a condition has nothing in it but what its form shows. */
export function isShaped(value: unknown, kinds: string): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { kind, ...fields } = value as Record<string, unknown>;
  if (typeof kind !== "string" || !kinds.split("|").includes(kind)) return false;
  const shape = SHAPES[kind];
  return shape !== undefined && hasShape(fields, shape);
}

function hasShape(fields: Record<string, unknown>, shape: Shape): boolean {
  const known = Object.keys(shape).map((name) => name.replace("?", ""));
  return (
    Object.keys(fields).every((name) => known.includes(name)) &&
    Object.entries(shape).every(([name, sort]) => {
      const value = fields[name.replace("?", "")];
      return value === undefined || value === null ? name.endsWith("?") : fits(value, sort);
    })
  );
}

function fits(value: unknown, sort: string | readonly string[]): boolean {
  if (typeof sort !== "string") return sort.includes(value as string);
  // What is being typed into a number's field is a text for a moment.
  if (sort === "amount") return typeof value === "number" || typeof value === "string";
  if (sort === "truth") return typeof value === "boolean";
  if (sort === "text" && typeof value !== "object") return typeof value === "string";
  if (sort === "texts") return Array.isArray(value) && value.every((one) => typeof one === "string");
  if (sort === "numbers") return Array.isArray(value) && value.every((one) => typeof one === "number");
  const part = LISTS[sort];
  if (part) return Array.isArray(value) && value.every((one) => fits(one, part));
  const nameless = NAMELESS[sort];
  if (!nameless) return isShaped(value, sort);
  return typeof value === "object" && value !== null && hasShape(value as Record<string, unknown>, nameless);
}
