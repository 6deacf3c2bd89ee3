// A budget as the form has it: every field there, rates in rows, amounts as they were typed.
import { isAmount } from "~/fmt";

export interface Rate {
  currency: string;
  rate: string;
}

export interface Price {
  channel: string;
  price: string;
  /** "" is the budget's own. */
  currency: string;
  per: string;
  account: string;
  countries: string[];
  classes: string[];
}

export interface Ceiling {
  name: string;
  most: string;
  per: string;
  channels: string[];
  accounts: string[];
  brands: string[];
  campaigns: string[];
  classes: string[];
  blocked: string;
  warn_percent: number;
}

export interface Balance {
  account: string;
  warn_below: string;
}

export interface Form {
  currency: string;
  rates: Rate[];
  prices: Price[];
  ceilings: Ceiling[];
  balances: Balance[];
}

/** What the server leaves out is what it usually is. */
export interface Definition {
  currency?: string;
  rates?: Record<string, string>;
  prices?: Partial<Price>[];
  ceilings?: Partial<Ceiling>[];
  balances?: Balance[];
}

export const PERS = ["day", "month", "campaign"] as const;
export const PARTS = ["message", "part"] as const;
export const CLASSES = ["marketing", "transactional", "legal"] as const;
export const CURRENCIES = ["TRY", "AZN", "EUR", "USD", "GBP", "RUB", "GEL", "KZT"] as const;
const CODE = /^[A-Z]{3}$/;
const WARN_PERCENT = 80;

const PRICE: Price = {
  channel: "sms", price: "", currency: "", per: "message", account: "", countries: [], classes: [],
}; // prettier-ignore
const CEILING: Ceiling = {
  name: "", most: "", per: "month", channels: [], accounts: [], brands: [], campaigns: [],
  classes: ["marketing"], blocked: "skip", warn_percent: WARN_PERCENT,
}; // prettier-ignore

/** Rows that are new: a text is mostly billed by its parts. */
export const BLANK = {
  rates: { currency: "", rate: "" } as Rate,
  prices: { ...PRICE, per: "part" },
  ceilings: CEILING,
  balances: { account: "", warn_below: "" } as Balance,
};

/** The form of a budget, or an empty one in this currency. */
export function formOf(definition: Definition, currency: string): Form {
  return {
    currency: definition.currency ?? currency,
    rates: Object.entries(definition.rates ?? {}).map(([code, rate]) => ({ currency: code, rate })),
    prices: (definition.prices ?? []).map((one) => ({
      ...PRICE,
      ...one,
      currency: one.currency ?? "",
    })),
    ceilings: (definition.ceilings ?? []).map((one) => ({ ...CEILING, ...one })),
    balances: definition.balances ?? [],
  };
}

/** The budget of a form, as the server reads it. */
export function budgetOf(form: Form) {
  return {
    currency: form.currency,
    rates: Object.fromEntries(form.rates.map((one) => [one.currency, one.rate])),
    prices: form.prices.map(tidy),
    // A ceiling without classes is of all messages, and not of the usual ones.
    ceilings: form.ceilings.map((one) => ({
      ...tidy({ ...one, name: one.name.trim() }),
      classes: one.classes,
    })),
    balances: form.balances.map((one) => ({ ...one })),
  };
}

function tidy(row: object): Record<string, unknown> {
  const kept = Object.entries(row).filter(
    ([, value]) => value !== "" && !(Array.isArray(value) && !value.length),
  );
  return Object.fromEntries(kept);
}

/** What more than one row has. */
export function twice(names: string[]): string[] {
  const plain = names.map((one) => one.trim());
  return plain.filter((one, at) => one && plain.indexOf(one) !== at);
}

/** A campaign's ceiling never begins anew: what waits for it waits for ever. */
export const waitsForEver = (one: Ceiling) => one.per === "campaign" && one.blocked === "hold";

/** Whether there is anything that the form itself knows to be wrong. */
export function isFit(form: Form): boolean {
  const { rates, prices, ceilings, balances } = form;
  return (
    CODE.test(form.currency) &&
    rates.every((one) => CODE.test(one.currency) && isAmount(one.rate)) &&
    !twice(rates.map((one) => one.currency)).length &&
    prices.every((one) => isAmount(one.price)) &&
    ceilings.every((one) => one.name.trim() && isAmount(one.most) && !waitsForEver(one)) &&
    ceilings.every((one) => one.warn_percent >= 1 && one.warn_percent <= 100) &&
    !twice(ceilings.map((one) => one.name)).length &&
    balances.every((one) => one.account && isAmount(one.warn_below))
  );
}
