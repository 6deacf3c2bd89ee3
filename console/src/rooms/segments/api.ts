// What the segments' pages ask of the server.
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import { queries } from "~/api/queries";
import type { components } from "~/api/schema";
import type { Node } from "./tree";

type Schemas = components["schemas"];
export type Summary = Schemas["kervan__web__api__segments__Listed"];
export type Whole = Schemas["kervan__web__api__segments__Whole"];
export type Past = Schemas["kervan__web__api__segments__Past"];
export type User = Schemas["kervan__web__api__segments__User"];
export type KnownName = Schemas["Known"];
export type NameSort = KnownName["sort"];
export type Receiving = Schemas["Receiver"];
export type Preview = Schemas["kervan__web__api__segment_preview__Preview"];
export type Offer = Schemas["Offer"];
export type Grid = Schemas["Grid"];
export type Cell = Grid["cells"][number];
export type State = "active" | "archived";

const of = (key: string) => ({ params: { path: { key } } });
const FRESH_MS = 30_000;
const RENEWED_MS = 1_000;

/** Names and rules; sizes and users come with `figuresQuery` only. */
export const listQuery = (state: State = "active") =>
  queryOptions({
    queryKey: ["segments", "list", state],
    queryFn: async () => take(await api.GET("/v1/segments", { params: { query: { state } } })),
  });

export const figuresQuery = (state: State) =>
  queryOptions({
    queryKey: ["segments", "list", state, "figures"],
    queryFn: async ({ signal }) =>
      take(
        await api.GET("/v1/segments", { params: { query: { state, figures: true } }, signal }),
      ),
    staleTime: FRESH_MS,
  });

export const templatesQuery = (language: string) =>
  queryOptions({
    queryKey: ["segments", "templates", language],
    queryFn: async () => take(await api.GET("/v1/segments/templates")),
    staleTime: Infinity,
  });

export const gridQuery = queryOptions({
  queryKey: ["segments", "rfm"],
  queryFn: async ({ signal }) => take(await api.GET("/v1/rfm", { signal })),
  staleTime: FRESH_MS,
  // An older count was told at once; the new one is there in a moment.
  refetchInterval: (query) => (query.state.data?.renewing ? RENEWED_MS : false),
});

export const segmentQuery = (key: string) =>
  queryOptions({
    queryKey: ["segments", "of", key],
    queryFn: async () => take(await api.GET("/v1/segments/{key}", of(key))),
  });

export const daysQuery = (key: string, days: number) =>
  queryOptions({
    queryKey: ["segments", "of", key, "days", days],
    queryFn: async ({ signal }) =>
      take(
        await api.GET("/v1/segments/{key}/days", {
          params: { path: { key }, query: { days } },
          signal,
        }),
      ),
    staleTime: FRESH_MS,
  });

export const usesQuery = (key: string) =>
  queryOptions({
    queryKey: ["segments", "of", key, "uses"],
    queryFn: async ({ signal }) =>
      take(await api.GET("/v1/segments/{key}/uses", { ...of(key), signal })),
    staleTime: FRESH_MS,
  });

export const versionsQuery = (key: string) =>
  queryOptions({
    queryKey: ["segments", "of", key, "versions"],
    queryFn: async () => take(await api.GET("/v1/segments/{key}/versions", of(key))),
  });

/** Counts a tree, written as JSON, or a segment; the request ends when nobody asks for it any more. */
export const previewQuery = (asked: string, language: string, sample = 20) =>
  queryOptions({
    queryKey: ["segments", "preview", language, sample, asked],
    queryFn: async ({ signal }) =>
      take(
        await api.POST("/v1/segments/preview", {
          body: { ...(JSON.parse(asked) as { tree?: Node; segment?: string }), sample },
          signal,
        }),
      ),
    staleTime: FRESH_MS,
    gcTime: 60_000,
    retry: false,
  });

/** How many of a tree, or of a segment, are in each of these others too. */
export const overlapQuery = (asked: string, others: string[]) =>
  queryOptions({
    queryKey: ["segments", "preview", "overlap", others, asked],
    queryFn: async ({ signal }) =>
      take(
        await api.POST("/v1/segments/preview", {
          body: {
            ...(JSON.parse(asked) as { tree?: Node; segment?: string }),
            sample: 0,
            overlap: others,
          },
          signal,
        }),
      ),
    enabled: others.length > 0,
    staleTime: FRESH_MS,
    gcTime: 60_000,
    retry: false,
  });

export const syncQuery = (key: string) =>
  queryOptions({
    queryKey: ["segments", "of", key, "sync"],
    queryFn: async () => take(await api.GET("/v1/segments/{key}/sync", of(key))),
  });

export const audiencesQuery = queryOptions({
  queryKey: ["segments", "audiences"],
  queryFn: async () => take(await api.GET("/v1/audiences")),
});

/** Accounts of advertising platforms. */
export const adAccountsQuery = queryOptions({
  queryKey: ["accounts", "ads"],
  queryFn: async () => {
    const found = take(await api.GET("/v1/accounts")) as { name: string; channel: string }[];
    return found.filter((one) => one.channel === "ads").map((one) => one.name);
  },
});

/** The register's entries under which data goes to others. */
export const registerQuery = queryOptions({
  queryKey: ["privacy", "register"],
  queryFn: async () => {
    const found = take(await api.GET("/v1/privacy/register")) as {
      processors?: { id: string; name: string }[];
    };
    return found.processors ?? [];
  },
});

/** The journeys that conditions ask about. */
export const journeysQuery = queryOptions({
  queryKey: ["journeys"],
  queryFn: async () => take(await api.GET("/v1/journeys/definitions")),
});

/** The topics that consents name. */
export const topicsQuery = queryOptions({
  queryKey: ["topics", "names"],
  queryFn: async () => take(await api.GET("/v1/topics")),
});

/** Names that begin like this, as history knows them. */
export const namesQuery = (
  of: "events" | "traits" | "properties",
  starts: string,
  events: string[] = [],
) =>
  queryOptions({
    queryKey: ["names", of, starts, events],
    queryFn: async ({ signal }) => {
      const query = { starts: starts.slice(0, 200) };
      if (of === "events") return take(await api.GET("/v1/names/events", { params: { query }, signal }));
      if (of === "traits") return take(await api.GET("/v1/names/traits", { params: { query }, signal }));
      const event = events.slice(0, 10);
      return take(
        await api.GET("/v1/names/properties", { params: { query: { ...query, event } }, signal }),
      );
    },
    staleTime: 60_000,
    retry: false,
  });

/** Saves on top of `version`; a Problem `segments.changed_meanwhile` where another one is there. */
export async function save(key: string, version: number, name: string, tree: Node | null) {
  const answer = await api.PATCH("/v1/segments/{key}", {
    params: { path: { key }, header: { "if-match": `"${version}"` } },
    body: { name, ...(tree ? { tree } : {}) },
  });
  return take(answer) as Whole;
}

/** All that is known of segments is asked anew; counts of rules only where members changed. */
export async function refresh(counts = false) {
  await queries.invalidateQueries({
    predicate: (one) =>
      one.queryKey[0] === "segments" && (counts || one.queryKey[1] !== "preview"),
  });
}
