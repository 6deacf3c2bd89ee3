// What the broadcasts' page asks of the server.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import { queries } from "~/api/queries";
import type { paths } from "~/api/schema";

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Found } } } };
}
  ? Found
  : never;

export type Listed = Answer<"/v1/broadcasts">["broadcasts"][number];
export type Whole = Answer<"/v1/broadcasts/{key}">;
export type Progress = Answer<"/v1/broadcasts/{key}/progress">;

/** A broadcast as its author writes it: the parts that this page has a form for. */
export interface Wanted {
  key: string;
  name: string;
  segment?: string;
  everybody?: boolean;
  message: string;
  channels?: string[];
  /** "now" where nothing is said. */
  at?: string;
  local?: boolean;
  hold_out_percent?: number;
}

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

export const oneQuery = (key: string) =>
  queryOptions({
    queryKey: ["broadcasts", "of", key],
    queryFn: async () => {
      const [whole, progress] = await Promise.all([
        api.GET("/v1/broadcasts/{key}", of(key)),
        api.GET("/v1/broadcasts/{key}/progress", of(key)),
      ]);
      return { whole: take(whole), progress: take(progress) };
    },
  });

/** Whom it would reach if it started now; asking ends when nobody looks any more. */
export const headcountQuery = (key: string) =>
  queryOptions({
    queryKey: ["broadcasts", "headcount", key],
    queryFn: async ({ signal }) =>
      take(await api.GET("/v1/broadcasts/{key}/headcount", { ...of(key), signal })),
    retry: false,
  });

export const resultsQuery = (key: string) =>
  queryOptions({
    queryKey: ["broadcasts", "results", key],
    queryFn: async ({ signal }) =>
      take(await api.GET("/v1/broadcasts/{key}/results", { ...of(key), signal })),
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

/** Keeps a draft; nothing goes before somebody starts it. */
export async function keep(wanted: Wanted): Promise<void> {
  // The document names no shape here: the server reads the text itself, to tell all its places.
  await api.PUT("/v1/broadcasts/{key}", { ...of(wanted.key), body: wanted as never });
  await refresh();
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
  await queries.invalidateQueries({ queryKey: ["broadcasts"] });
}
