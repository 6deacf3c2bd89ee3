// Numbers, money, dates and order as each language writes them.
//
// Browsers claim Azerbaijani and have no data for it (1,234.5, "M11", no letters ə ı in order), so
// its forms are our own; Turkish and English are the browser's.
import { isAmount, readAmount, showAmount, type Sign } from "./amount";
import { azDate, azMonthYear, AZ_RELATIVE } from "./az";
import { compare, fold } from "./order";

export const LOCALES = ["tr", "az", "en"] as const;
export type Locale = (typeof LOCALES)[number];
type Instant = number | string | Date;

export { fold, isAmount };

export function isLocale(text: string | undefined): text is Locale {
  return (LOCALES as readonly string[]).includes(text ?? "");
}

const SIGNS: Record<string, string> = { TRY: "₺", AZN: "₼", EUR: "€", USD: "$", GBP: "£" };
const MILLIONTHS = 6;
const DAY = /^\d{4}-\d\d-\d\d$/;
const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

export class Fmt {
  readonly compare: (a: string, b: string) => number;
  private readonly tag: string;

  constructor(
    readonly locale: Locale,
    readonly zone: string,
  ) {
    // Turkish separators are the Azerbaijani ones too.
    this.tag = locale === "en" ? "en-GB" : "tr-TR";
    this.compare = compare(locale);
  }

  /** A number with at most `digits` decimals. */
  number(value: number, digits = 0): string {
    return new Intl.NumberFormat(this.tag, { maximumFractionDigits: digits }).format(value);
  }

  /** A number in few letters: 1,2 Mn; whole below ten thousand. */
  compact(value: number): string {
    if (Math.abs(value) < 10_000) return this.number(value);
    const big = Math.abs(value) >= 1_000_000;
    const words = { tr: ["B", "Mn"], az: ["min", "mln"], en: ["k", "m"] }[this.locale];
    const scaled = value / (big ? 1_000_000 : 1_000);
    const space = this.locale === "en" ? "" : "\u00a0";
    return this.number(scaled, Math.abs(scaled) < 100 ? 1 : 0) + space + words[big ? 1 : 0];
  }

  /** A share of one as percent: 0.457 is %45,7 in Turkish, 45,7% in Azerbaijani. */
  percent(share: number, digits = 1): string {
    const text = this.number(share * 100, digits);
    return this.locale === "tr" ? `%${text}` : `${text}%`;
  }

  /** Minor units with their currency: 128435 TRY is ₺1.284,35. */
  money(minor: number, currency: string, whole = false): string {
    const digits = minorDigits(currency);
    const shown = whole ? 0 : digits;
    return this.signed(minor / 10 ** digits, currency, shown, shown);
  }

  /** A decimal text with its currency, to the millionth: 0.085 TRY is ₺0,085. */
  price(text: string, currency: string): string {
    const digits = minorDigits(currency);
    return this.signed(Number(text), currency, digits, Math.max(digits, MILLIONTHS));
  }

  /** A decimal text as the reader types it: 0.085 is 0,085. */
  amount(text: string): string {
    return showAmount(text, this.sign);
  }

  /** The decimal text that was meant; what cannot be read stays as it was typed. */
  readAmount(typed: string): string {
    return readAmount(typed, this.sign);
  }

  /** The day: 21 Kas 2026, 21 noy 2026, 21 Nov 2026. */
  date(at: Instant, style: "short" | "long" = "short"): string {
    const [when, zone] = this.placed(at);
    if (this.locale === "az") return azDate(when, zone, style);
    const month = style === "long" ? "long" : "short";
    return this.intl({ day: "numeric", month, year: "numeric" }, zone).format(when);
  }

  /** The day without its year, for axes. */
  day(at: Instant): string {
    const [when, zone] = this.placed(at);
    if (this.locale === "az") return azDate(when, zone, "short", false);
    return this.intl({ day: "numeric", month: "short" }, zone).format(when);
  }

  monthYear(at: Instant): string {
    const [when, zone] = this.placed(at);
    if (this.locale === "az") return azMonthYear(when, zone);
    return this.intl({ month: "long", year: "numeric" }, zone).format(when);
  }

  /** Hours and minutes in the workspace's zone. */
  time(at: Instant, seconds = false): string {
    const parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
    return this.intl(seconds ? { ...parts, second: "2-digit" } : parts).format(instant(at));
  }

  dateTime(at: Instant): string {
    return `${this.date(at)} ${this.time(at)}`;
  }

  /** How long ago or until, in the roughest unit that still says something. */
  relative(at: Instant, now: Instant): string {
    const seconds = Math.round((instant(at).getTime() - instant(now).getTime()) / 1000);
    const [unit, size] = UNITS.find(([, many]) => Math.abs(seconds) >= many) ?? ["second", 1];
    const count = Math.trunc(seconds / size);
    if (this.locale === "az") return AZ_RELATIVE(count, unit);
    return new Intl.RelativeTimeFormat(this.tag, { numeric: "auto" }).format(count, unit);
  }

  /** A length of time in at most two units: 2 sa 30 dk. */
  duration(seconds: number): string {
    const names = {
      tr: ["g", "sa", "dk", "sn"],
      az: ["g", "saat", "dəq", "san"],
      en: ["d", "h", "min", "s"],
    }[this.locale];
    const sizes = [86_400, 3_600, 60, 1];
    const found: string[] = [];
    let left = Math.max(0, Math.round(seconds));
    sizes.forEach((size, at) => {
      const count = Math.floor(left / size);
      left -= count * size;
      if (count && found.length < 2) found.push(`${this.number(count)} ${names[at]}`);
    });
    return found.join(" ") || `0 ${names[3]}`;
  }

  /** a, b ve c */
  list(words: string[]): string {
    const and = { tr: "ve", az: "və", en: "and" }[this.locale];
    if (words.length < 2) return words.join("");
    return `${words.slice(0, -1).join(", ")} ${and} ${words[words.length - 1]}`;
  }

  /** An instant stands in the workspace's zone; a mere day such as 2026-11-23 is that day anywhere. */
  private placed(at: Instant): [Date, string] {
    return [instant(at), typeof at === "string" && DAY.test(at) ? "UTC" : this.zone];
  }

  private signed(value: number, currency: string, least: number, most: number): string {
    const text = new Intl.NumberFormat(this.tag, {
      minimumFractionDigits: least,
      maximumFractionDigits: most,
    }).format(Math.abs(value));
    const minus = value < 0 ? "-" : "";
    const sign = SIGNS[currency] ?? currency;
    if (this.locale === "az") return `${minus}${text}\u00a0${sign}`;
    return minus + (sign.length > 1 ? `${sign}\u00a0${text}` : sign + text);
  }

  private get sign(): Sign {
    return this.locale === "en" ? "." : ",";
  }

  private intl(options: Intl.DateTimeFormatOptions, zone = this.zone): Intl.DateTimeFormat {
    return new Intl.DateTimeFormat(this.tag, { ...options, timeZone: zone });
  }
}

const made = new Map<string, Fmt>();
let zone = "UTC";

/** The zone that times are shown in: the workspace's, whatever the browser's is. */
export function showTimesIn(name: string): void {
  zone = name;
}

export function fmt(locale: string | undefined): Fmt {
  const known = isLocale(locale) ? locale : "en";
  const key = `${known} ${zone}`;
  const found = made.get(key) ?? new Fmt(known, zone);
  made.set(key, found);
  return found;
}

function minorDigits(currency: string): number {
  try {
    const options = { style: "currency", currency } as const;
    return new Intl.NumberFormat("en", options).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

function instant(at: Instant): Date {
  return at instanceof Date ? at : new Date(at);
}
