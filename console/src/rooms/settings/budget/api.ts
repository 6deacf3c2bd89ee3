// What the tab of the budget asks of the server.
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import { budgetOf, type Definition, type Form } from "./shape";

/** How full a ceiling is, as delivery/spend/report.py says it. */
export interface Use {
  name: string;
  per: string;
  /** The first day of its day or month, or its campaign. */
  period: string;
  most: string;
  used: string;
  percent: number;
  is_near: boolean;
  is_full: boolean;
}

export interface Spent {
  campaign: string;
  channel: string;
  account: string;
  country: string;
  currency: string;
  messages: number;
  parts: number;
  amount: string;
}

export interface Left {
  account: string;
  amount: string;
  unit: string;
  at: string;
  is_low: boolean;
}

export interface Report {
  budget: number;
  currency: string;
  ceilings: Use[];
  spent: Spent[];
  balances: Left[];
}

export interface Warned {
  /** "ceiling NAME near", "ceiling NAME full" or "account NAME". */
  what: string;
  period: string;
  at: string;
  facts: { used?: string; most?: string; percent?: number; amount?: string; unit?: string };
}

export const budgetQuery = queryOptions({
  queryKey: ["budget"],
  queryFn: async () => {
    const found = take(await api.GET("/v1/spend/budget"));
    return { version: found.version, definition: found.definition as Definition };
  },
});

export const reportQuery = queryOptions({
  queryKey: ["budget", "spent"],
  queryFn: async () => take(await api.GET("/v1/spend")) as unknown as Report,
});

export const warningsQuery = queryOptions({
  queryKey: ["budget", "warnings"],
  queryFn: async () => take(await api.GET("/v1/spend/warnings")) as unknown as Warned[],
});

const MOST = 100;

/** What journeys and broadcasts are called, by the names that ceilings know them by. */
export const campaignsQuery = queryOptions({
  queryKey: ["budget", "campaigns"],
  queryFn: async () => {
    const [journeys, broadcasts] = await Promise.all([
      api.GET("/v1/journeys/definitions"),
      api.GET("/v1/broadcasts", { params: { query: { before: 0, limit: MOST } } }),
    ]);
    const named = (kind: string, all: { key: string; name: string }[]) =>
      all.map((one): [string, string] => [`${kind}:${one.key}`, one.name]);
    return [
      ...named("journey", take(journeys)),
      ...named("broadcast", take(broadcasts).broadcasts),
    ];
  },
});

/** Over the version `match`; a Problem of 409 where somebody else saved meanwhile. */
export const save = (form: Form, match: string) =>
  api.PUT("/v1/spend/budget", {
    params: { header: { "if-match": match } },
    body: budgetOf(form),
  });
