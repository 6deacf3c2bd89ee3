// A broadcast as its author writes it (docs/reference/broadcast.schema.json), and what forms need.
import { fold } from "~/fmt";

export interface Variant {
  name: string;
  message: string;
  weight?: number;
}
export interface Trial {
  share_percent?: number;
  metric?: "click" | "conversion";
  event?: string;
  wait_hours?: number;
  confidence_percent?: number;
  fewest?: number;
  unsure?: "leader" | "first" | "split";
  variants: Variant[];
}
export interface Best {
  channel?: boolean;
  explore_percent?: number;
  from?: string;
  until?: string;
}
export interface Resend {
  after_hours: number;
  message?: string;
}
export interface Wanted {
  key: string;
  name: string;
  segment?: string;
  everybody?: boolean;
  except?: string[];
  message?: string;
  channels?: string[];
  /** "now" where nothing is said. */
  at?: string;
  local?: boolean;
  spread_hours?: number;
  expires_hours?: number;
  priority?: number;
  hold_out_percent?: number;
  best?: Best | null;
  test?: Trial | null;
  resend?: Resend | null;
}

/** What the server takes a missing field for. */
export const USUAL = {
  spread_hours: 0, expires_hours: 24, priority: 3, hold_out_percent: 0, share_percent: 20,
  wait_hours: 4, confidence_percent: 95, fewest: 5, explore_percent: 10, from: "09:00",
  until: "21:00", after_hours: 48,
} as const; // prettier-ignore

export const STEPS = ["whom", "what", "when", "test", "check", "start"] as const;
export type Step = (typeof STEPS)[number];
/** From here on the server must have what was written. */
export const isOfServer = (step: Step) => STEPS.indexOf(step) >= STEPS.indexOf("test");

export function isStep(text: unknown): text is Step {
  return (STEPS as readonly unknown[]).includes(text);
}

/** What is wrong, and where: a JSON pointer into the broadcast. */
export interface Fault {
  path: string;
  code: string;
  message: string;
}

const PLACES: Record<string, Step> = {
  segment: "whom", everybody: "whom", except: "whom", hold_out_percent: "whom", name: "whom",
  message: "what", test: "what", channels: "what", resend: "what",
  at: "when", local: "when", spread_hours: "when", expires_hours: "when", best: "when",
  priority: "when",
}; // prettier-ignore

/** The step on which a fault can be mended. */
export function stepOf(fault: Fault): Step {
  const first = fault.path.split("/")[1] ?? "";
  return PLACES[first] ?? (fault.code.endsWith("one_message") ? "what" : "whom");
}

/** The same without what says nothing: the usual values, empty lists. */
export function tidied(wanted: Wanted): Wanted {
  const kept = Object.entries(wanted).filter(
    ([, value]) => value !== undefined && value !== null && value !== "" && value !== false,
  );
  const whole = Object.fromEntries(kept) as unknown as Wanted;
  return { ...whole, name: wanted.name.trim() };
}

/** What the number of a form says; nothing while it is empty. */
export const numberOf = (given: number | string): number | undefined =>
  typeof given === "number" ? given : undefined;

/** Day, time and offset of a time such as 2026-11-27T10:00+03:00; null for now and best. */
export function clockOf(at: string | undefined): { day: string; time: string } | null {
  const [day = "", time = ""] = (at ?? "").split("T");
  return /^\d{4}-\d\d-\d\d$/.test(day) ? { day, time: time.slice(0, 5) } : null;
}

/** The key of a name: small letters, digits and dashes. */
export function keyOf(name: string): string {
  return fold(name)
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
}
