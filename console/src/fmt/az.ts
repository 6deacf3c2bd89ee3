// Azerbaijani dates and times ago: browsers have none.
const LONG =
  "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr".split(" ");
const SHORT = "yan fev mar apr may iyn iyl avq sen okt noy dek".split(" ");
const UNITS = {
  year: "il",
  month: "ay",
  week: "həftə",
  day: "gün",
  hour: "saat",
  minute: "dəqiqə",
  second: "saniyə",
};

export function azDate(at: Date, zone: string, style: "short" | "long", year = true): string {
  const parts = numbers(at, zone);
  const month = (style === "long" ? LONG : SHORT)[parts.month - 1];
  return `${parts.day} ${month}${year ? ` ${parts.year}` : ""}`;
}

export function azMonthYear(at: Date, zone: string): string {
  const parts = numbers(at, zone);
  return `${LONG[parts.month - 1]} ${parts.year}`;
}

export function AZ_RELATIVE(count: number, unit: keyof typeof UNITS): string {
  if (unit === "second" && Math.abs(count) < 2) return "indi";
  if (unit === "day" && count === -1) return "dünən";
  if (unit === "day" && count === 1) return "sabah";
  const text = `${Math.abs(count)} ${UNITS[unit]}`;
  return count < 0 ? `${text} əvvəl` : `${text} sonra`;
}

function numbers(at: Date, zone: string): { year: number; month: number; day: number } {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
  }).formatToParts(at);
  const of = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return { year: of("year"), month: of("month"), day: of("day") };
}
