// What time it is: by the server's clock, since a browser's may be wrong by hours or days.
const SURE_MS = 5_000;

let ahead = 0;

/** What an answer says of the time; small differences are its way here, and are let be. */
export function hearTime(answer: Response): void {
  const said = Date.parse(answer.headers.get("date") ?? "");
  if (Number.isNaN(said)) return;
  const apart = said - Date.now();
  ahead = Math.abs(apart) < SURE_MS ? 0 : apart;
}

/** Now, in ms; what is shown of a time and what is saved of one is reckoned from it. */
export function now(): number {
  return Date.now() + ahead;
}

/** Today in a zone: 2026-11-23. */
export function todayIn(zone: string, at: number = now()): string {
  const parts = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" } as const;
  return new Intl.DateTimeFormat("sv-SE", parts).format(at);
}
