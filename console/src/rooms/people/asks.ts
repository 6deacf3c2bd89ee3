// What the pages People and Person ask of the server, with the shapes of its answers.
import { keepPreviousData, queryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { paths } from "~/api/schema";

type Answer<
  Path extends keyof paths,
  Method extends keyof paths[Path],
> = paths[Path][Method] extends {
  responses: { 200: { content: { "application/json": infer Found } } };
}
  ? Found
  : never;

export type ListPage = Answer<"/v1/people/list", "post">;
export type Listed = ListPage["people"][number];
export type View = Answer<"/v1/people/views", "get">[number];
export type Profile = Answer<"/v1/people/{person}", "get">;
export type Way = Answer<"/v1/people/{person}/channels", "get">[number];
export type Line = Answer<"/v1/people/{person}/told", "get">["lines"][number];
export type Kind = Line["of"];
export type Meant = Answer<"/v1/people/{person}/messages", "get">["messages"][number];
export type Run = Answer<"/v1/people/{person}/journeys", "get">[number];
export type Word = Answer<"/v1/people/{person}/consents", "get">[number];
export type Trial = Answer<"/v1/people/{person}/merge-preview", "get">;
export type By = View["by"];

/** What the list shows: typed text, a filter made of simple parts, an order. */
export interface Wanted {
  text: string;
  segment: string;
  group: string;
  reach: string;
  by: By;
  descending: boolean;
  traits: string[];
}

type Tree = Record<string, unknown>;

/** The filter as the server's rule tree; undefined where it is a segment alone, or nothing. */
export function treeOf(wanted: Wanted): Tree | undefined {
  const of: Tree[] = [];
  if (wanted.group) {
    const test = { kind: "text", op: "eq", values: [wanted.group] };
    of.push({ kind: "fact", fact: "rfm_group", test });
  }
  if (wanted.reach) of.push({ kind: "reach", channel: wanted.reach, state: "reachable" });
  if (!of.length) return undefined;
  if (wanted.segment) of.unshift({ kind: "member", segment: wanted.segment });
  return { kind: "all", of };
}

/** Whom the filter is about, as every call takes it. */
export function whomOf(wanted: Wanted): { segment?: string; tree?: Tree } {
  const tree = treeOf(wanted);
  if (tree) return { tree };
  return wanted.segment ? { segment: wanted.segment } : {};
}

const PIECE = 100;
const SOON_MS = 3_000;

/** The list piece by piece; what was there before stays until the new answer is here. */
export function useList(wanted: Wanted) {
  return useInfiniteQuery({
    queryKey: ["people", "list", wanted],
    queryFn: async ({ pageParam, signal }) =>
      take(
        await api.POST("/v1/people/list", {
          body: {
            text: wanted.text,
            ...whomOf(wanted),
            by: wanted.by,
            descending: wanted.descending,
            traits: wanted.traits,
            limit: PIECE,
            cursor: pageParam,
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.cursor,
    placeholderData: keepPreviousData,
    // Only until the server has read for the first time what the list is ordered by.
    refetchInterval: ({ state }) => (state.data?.pages[0]?.as_of_ms === 0 ? SOON_MS : false),
  });
}

const of = (person: string) => ({ params: { path: { person } } });

/** Her profile with everything covered that may be. */
export const profileQuery = (person: string) =>
  queryOptions({
    queryKey: ["person", person],
    queryFn: async () =>
      take(
        await api.GET("/v1/people/{person}", {
          params: { path: { person }, query: { masked: true } },
        }),
      ),
  });

export const channelsQuery = (person: string) =>
  queryOptions({
    queryKey: ["person", person, "channels"],
    queryFn: async () => take(await api.GET("/v1/people/{person}/channels", of(person))),
  });

export const consentsQuery = (person: string) =>
  queryOptions({
    queryKey: ["person", person, "consents"],
    queryFn: async () => take(await api.GET("/v1/people/{person}/consents", of(person))),
  });

export const mySegmentsQuery = (person: string) =>
  queryOptions({
    queryKey: ["person", person, "segments"],
    queryFn: async () => take(await api.GET("/v1/people/{person}/segments", of(person))),
  });

export const runsQuery = (person: string) =>
  queryOptions({
    queryKey: ["person", person, "journeys"],
    queryFn: async () => take(await api.GET("/v1/people/{person}/journeys", of(person))),
  });

export const mergesQuery = (person: string) =>
  queryOptions({
    queryKey: ["person", person, "merges"],
    queryFn: async () => take(await api.GET("/v1/people/{person}/merges", of(person))),
  });

export const viewsQuery = queryOptions({
  queryKey: ["people", "views"],
  queryFn: async () => take(await api.GET("/v1/people/views")),
});

export const segmentsQuery = queryOptions({
  queryKey: ["palette", "segments"],
  queryFn: async () => take(await api.GET("/v1/segments")),
  staleTime: 60_000,
});

export const journeysQuery = queryOptions({
  queryKey: ["palette", "journeys"],
  queryFn: async () => take(await api.GET("/v1/journeys/definitions")),
  staleTime: 60_000,
});
