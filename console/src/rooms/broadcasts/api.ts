// What the broadcasts' pages ask of the server.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, Problem, take } from "~/api/client";
import { queries } from "~/api/queries";
import type { components, operations } from "~/api/schema";
import type { Wanted } from "./shape";

type Schemas = components["schemas"];
export type Listed = Schemas["kervan__web__api__broadcasts__Summary"];
export type Whole = Schemas["kervan__web__api__broadcasts__Whole"];
export type Headcount = Schemas["Headcount"];
export type Forecast = Schemas["Forecast"];
export type Missed = Schemas["Missed"];
export type Result = Schemas["kervan__web__api__broadcasts__Result"];
export type Of = NonNullable<
  operations["people_v1_broadcasts__key__people_get"]["parameters"]["query"]
>["of"];

const of = (key: string) => ({ params: { path: { key } } });
const MOST = 100;

export const listQuery = infiniteQueryOptions({
  queryKey: ["broadcasts", "list"],
  initialPageParam: 0,
  queryFn: async ({ pageParam }) =>
    take(
      await api.GET("/v1/broadcasts", { params: { query: { before: pageParam, limit: MOST } } }),
    ),
  getNextPageParam: (page) => page.before ?? undefined,
});

/** A broadcast and how it stands; null where the server has none under this key. */
export const oneQuery = (key: string) =>
  queryOptions({
    queryKey: ["broadcasts", "of", key],
    queryFn: async () => {
      try {
        const whole = take(await api.GET("/v1/broadcasts/{key}", of(key)));
        const progress = take(await api.GET("/v1/broadcasts/{key}/progress", of(key)));
        return { whole, progress };
      } catch (error) {
        if (error instanceof Problem && error.code === "delivery.broadcast_unknown") return null;
        throw error;
      }
    },
  });

/** Whom it would reach if it started now; asking ends when nobody looks any more. Of several
 * variants whom it misses is told as if all got this one ("": the first). */
export const headcountQuery = (key: string, version: number, variant = "") =>
  queryOptions({
    queryKey: ["broadcasts", "headcount", key, version, variant],
    queryFn: async ({ signal }) =>
      take(
        await api.GET("/v1/broadcasts/{key}/headcount", {
          params: { path: { key }, query: { variant } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    retry: false,
  });

interface Reached {
  /** Of the audience: how many some channel reaches; null: of none it is known. */
  reached: number | null;
  /** The same with another winner: of several variants it hangs on who wins. */
  most: number | null;
  /** Channels of which it is not known. */
  uncounted: string[];
}

export function reachedOf(told: Headcount): Reached {
  if (told.variants.length) {
    const sure = told.variants.reduce((sum, one) => sum + one.mine.reached, 0);
    const rest = told.variants.map((one) => one.rest.reached);
    const unknown = told.variants.flatMap((one) =>
      one.channels.filter((channel) => one.mine.reach[channel] === undefined),
    );
    const none = told.variants.every((one) => !Object.keys(one.mine.reach).length);
    return {
      reached: none ? null : sure + Math.min(...rest),
      most: none ? null : sure + Math.max(...rest),
      uncounted: [...new Set(unknown)],
    };
  }
  const nobody = told.missed.find((one) => !one.channel);
  const reached = nobody ? told.count - nobody.count : null;
  const uncounted = told.channels.filter((one) => told.reach[one] === undefined);
  return { reached, most: reached, uncounted };
}

/** What it would cost; null where nobody has said what a message costs. */
export const forecastQuery = (key: string, version: number) =>
  queryOptions({
    queryKey: ["broadcasts", "forecast", key, version],
    queryFn: async ({ signal }) => {
      const budget = take(await api.GET("/v1/spend/budget", { signal }));
      if (!budget.version) return null;
      const body = { broadcast: key, message: "", segment: "", channels: [] };
      return take(await api.POST("/v1/spend/forecast", { body, signal }));
    },
    retry: false,
  });

export const resultsQuery = (key: string, event: string, hours: number) =>
  queryOptions({
    queryKey: ["broadcasts", "results", key, event, hours],
    queryFn: async ({ signal }) =>
      take(
        await api.GET("/v1/broadcasts/{key}/results", {
          params: { path: { key }, query: { event, hours } },
          signal,
        }),
      ),
    retry: false,
  });

export const segmentsQuery = queryOptions({
  queryKey: ["broadcasts", "segments"],
  queryFn: async () => take(await api.GET("/v1/segments")),
});

export const messagesQuery = queryOptions({
  queryKey: ["broadcasts", "messages"],
  queryFn: async () => take(await api.GET("/v1/messages")),
});

/** Keeps a draft over version `from`; a Problem delivery.broadcast_meanwhile if another is there. */
export async function keep(wanted: Wanted, from: number): Promise<number> {
  const made = take(
    await api.PUT("/v1/broadcasts/{key}", {
      params: { path: { key: wanted.key }, header: { "if-match": `"${from}"` } },
      // The document names no shape here: the server reads the text itself, to tell all its places.
      body: wanted as never,
    }),
  );
  return made.version;
}

export const start = async (key: string) => {
  await api.POST("/v1/broadcasts/{key}/start", of(key));
  await refresh();
};
export const cancel = async (key: string) => {
  await api.POST("/v1/broadcasts/{key}/cancel", of(key));
  await refresh();
};
export const stop = async (key: string, reason: string) => {
  await api.POST("/v1/broadcasts/{key}/stop", { ...of(key), body: { reason } });
  await refresh();
};
export const resume = async (key: string) => {
  await api.POST("/v1/broadcasts/{key}/resume", { ...of(key), body: { drop: false } });
  await refresh();
};

export async function refresh(): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ["broadcasts"] }),
    queries.invalidateQueries({ queryKey: ["calendar"] }),
  ]);
}
