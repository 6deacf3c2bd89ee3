// What the tab of retention asks of the server.
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";

export type Kept = components["schemas"]["KeptRule"];
export type Touched = components["schemas"]["WouldGo"];
export type Rule = Kept & { kind: string };

export const rulesQuery = queryOptions({
  queryKey: ["retention"],
  queryFn: async () => {
    const found = take(await api.GET("/v1/privacy/retention"));
    return Object.entries(found).map(([kind, one]): Rule => ({ kind, ...one }));
  },
});

export const touched = async (kind: string, days: number) =>
  take(
    await api.GET("/v1/privacy/retention/{kind}/touched", {
      params: { path: { kind }, query: { days } },
    }),
  );

/** Over the edition `match`; a Problem of 409 where somebody else chose meanwhile. */
export const save = (kind: string, days: number | null, source: string, match: string) =>
  api.PUT("/v1/privacy/retention/{kind}", {
    params: { path: { kind }, header: { "if-match": match } },
    body: { days, source },
  });
