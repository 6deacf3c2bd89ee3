// What the journeys' pages ask of the server.
import { queryOptions } from "@tanstack/react-query";
import { api, Problem, take } from "~/api/client";
import { queries } from "~/api/queries";
import type { components } from "~/api/schema";

type Schemas = components["schemas"];
export type Listed = Schemas["kervan__web__api__journey_texts__Listed"];
export type Drawn = Schemas["Drawn"];
export type Card = Schemas["Card"];
export type StepNumbers = Schemas["kervan__web__api__journey_why__Step"];
export type VersionNumbers = Schemas["kervan__web__api__journey_why__Version"];
export type Planned = Schemas["kervan__web__api__journey_publish__Planned"];
export type People = NonNullable<Schemas["kervan__web__api__journey_publish__Wanted"]["people"]>;
export type Rehearsed = Schemas["Rehearsal"];
export type Compared = Schemas["Compared"];
export type Field = Schemas["Field"];

const of = (key: string) => ({ params: { path: { key } } });

export const listQuery = queryOptions({
  queryKey: ["journeys"],
  queryFn: async () => take(await api.GET("/v1/journeys/definitions")),
});

export const libraryQuery = queryOptions({
  queryKey: ["journeys", "library"],
  queryFn: async () => take(await api.GET("/v1/journeys/library")),
  staleTime: Infinity,
});

export const stepsQuery = queryOptions({
  queryKey: ["journeys", "steps"],
  queryFn: async () => take(await api.GET("/v1/journeys/steps")),
  staleTime: Infinity,
});

export const headQuery = queryOptions({
  queryKey: ["journeys", "head"],
  queryFn: async () => take(await api.GET("/v1/journeys/head")),
  staleTime: Infinity,
});

/** The text that is live or was last live; null for a journey that is only a draft yet. */
export const standingQuery = (key: string) =>
  queryOptions({
    queryKey: ["journeys", key, "standing"],
    queryFn: async () => orNull(api.GET("/v1/journeys/{key}/definition", of(key)).then(take)),
  });

/** What is being written; null where nobody writes. */
export const draftQuery = (key: string) =>
  queryOptions({
    queryKey: ["journeys", key, "draft"],
    queryFn: async () => orNull(api.GET("/v1/journeys/{key}/draft", of(key)).then(take)),
  });

export const numbersQuery = (key: string) =>
  queryOptions({
    queryKey: ["journeys", key, "numbers"],
    queryFn: async () => orNull(api.GET("/v1/journeys/{key}/numbers", of(key)).then(take)),
    staleTime: 2_000,
  });

export const versionsQuery = (key: string) =>
  queryOptions({
    queryKey: ["journeys", key, "versions"],
    queryFn: async () => take(await api.GET("/v1/journeys/{key}/versions", of(key))),
  });

export const deedsQuery = (key: string) =>
  queryOptions({
    queryKey: ["journeys", key, "deeds"],
    queryFn: async () => take(await api.GET("/v1/journeys/{key}/deeds", of(key))),
  });

/** A text as a picture; the text itself names the answer. */
export const outlineQuery = (text: string, language: string) =>
  queryOptions({
    queryKey: ["journeys", "outline", language, text],
    queryFn: async ({ signal }) =>
      take(await api.POST("/v1/journeys/outline", { body: { text }, signal })),
    staleTime: Infinity,
    gcTime: 60_000,
  });

const LOOK_MS = 700;

/** A rehearsal; looked at again until it is done. */
export const rehearsalQuery = (id: string) =>
  queryOptions({
    queryKey: ["journeys", "rehearsal", id],
    queryFn: async () =>
      take(await api.GET("/v1/rehearsals/{rehearsal}", { params: { path: { rehearsal: id } } })),
    refetchInterval: (query) => (query.state.data?.state === "running" ? LOOK_MS : false),
    staleTime: Infinity,
  });

/** Keeps a draft; `edition` is the one it was begun from, 0 for a new one. */
export async function keep(key: string, text: string, edition: number) {
  const answer = await api.PUT("/v1/journeys/{key}/draft", {
    params: { path: { key }, header: { "if-match": String(edition) } },
    body: { text },
  });
  const kept = take(answer);
  queries.setQueryData(draftQuery(key).queryKey, kept);
  void queries.invalidateQueries({ queryKey: listQuery.queryKey, exact: true });
  return kept;
}

/** The draft as the server has it now, whoever wrote it. */
export async function theirs(key: string) {
  return queries.fetchQuery({ ...draftQuery(key), staleTime: 0 });
}

export async function dropDraft(key: string) {
  await api.DELETE("/v1/journeys/{key}/draft", of(key));
  await refresh(key); // only a journey that is out may lose its draft: the rest is its only text
}

/** All that is known of a journey that is out is asked anew. */
export async function refresh(key: string) {
  // Before the list says that it is out, so that the page has what it then shows.
  await queries.fetchQuery({ ...standingQuery(key), staleTime: 0 });
  const list = await queries.fetchQuery({ ...listQuery, staleTime: 0 });
  const hasDraft = list.find((one) => one.key === key)?.draft ?? false;
  const draft = draftQuery(key).queryKey;
  if (!hasDraft) queries.setQueryData(draft, null);
  await queries.invalidateQueries({
    queryKey: ["journeys", key],
    predicate: (one) => hasDraft || one.queryKey[2] !== draft[2],
  });
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}
