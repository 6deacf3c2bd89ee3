// What the pages of campaigns on the site ask of the server.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, Problem, take } from "~/api/client";
import { now } from "~/api/clock";
import { queries } from "~/api/queries";
import type { components } from "~/api/schema";
import type { Work } from "./drafts";
import { tidied, type Wanted } from "./shape";

type Schemas = components["schemas"];
export type Listed = Schemas["kervan__web__api__onsite__Summary"];
export type Whole = Schemas["kervan__web__api__onsite__Whole"];
export type Judged = Schemas["Judged"];
export type Outcome = Schemas["Outcome"];
export type Piece = Judged["pieces"][string];
export type Kept = Schemas["OnsiteWritten"];

const of = (key: string) => ({ params: { path: { key } } });

export const listQuery = (archived: boolean) =>
  queryOptions({
    queryKey: ["onsite", "list", archived],
    queryFn: async () => take(await api.GET("/v1/onsite", { params: { query: { archived } } })),
    placeholderData: keepPreviousData,
  });

export const countsQuery = (archived: boolean) =>
  queryOptions({
    queryKey: ["onsite", "counts", archived],
    queryFn: async () => take(await api.GET("/v1/onsite/counts", { params: { query: { archived } } })),
    placeholderData: keepPreviousData,
  });

/** The drafts of campaigns that were never published. */
export const draftsQuery = queryOptions({
  queryKey: ["onsite", "drafts"],
  queryFn: async () => take(await api.GET("/v1/onsite/drafts")),
});

/** What is being written under this key; null where nothing is. */
export const draftQuery = (key: string) =>
  queryOptions({
    queryKey: ["onsite", "draft", key],
    queryFn: async () => take(await api.GET("/v1/onsite/{key}/draft", of(key))),
  });

/** A campaign as it is live; null where the server has none under this key. */
export const oneQuery = (key: string) =>
  queryOptions({
    queryKey: ["onsite", "of", key],
    queryFn: async () => {
      try {
        return take(await api.GET("/v1/onsite/{key}", of(key)));
      } catch (error) {
        if (error instanceof Problem && error.code === "onsite.unknown") return null;
        throw error;
      }
    },
  });

export const versionsQuery = (key: string) =>
  queryOptions({
    queryKey: ["onsite", "versions", key],
    queryFn: async () => take(await api.GET("/v1/onsite/{key}/versions", of(key))),
  });

export const resultsQuery = (key: string) =>
  queryOptions({
    queryKey: ["onsite", "results", key],
    queryFn: async () => take(await api.GET("/v1/onsite/{key}/results", of(key))),
  });

/** What the server says of a draft, and what the snippet would draw of it. */
export const judgedQuery = (wanted: Wanted, variant: number, language: string) =>
  queryOptions({
    queryKey: ["onsite", "judged", JSON.stringify(tidied(wanted)), variant, language],
    queryFn: async ({ signal }) =>
      take(
        await api.POST("/v1/onsite/check", {
          params: { query: { variant } },
          // The document names no shape here: the server reads the text itself, to tell all its places.
          body: tidied(wanted) as never,
          signal,
        } as never),
      ) as Judged,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export const segmentsQuery = queryOptions({
  queryKey: ["onsite", "segments"],
  queryFn: async () => take(await api.GET("/v1/segments")),
});

/** The colours of the brand guides; none where nobody wrote one. */
export const coloursQuery = queryOptions({
  queryKey: ["onsite", "colours"],
  queryFn: async () => {
    const guides = take(await api.GET("/v1/brand"));
    const all = Object.values(guides) as { colours?: Record<string, string> }[];
    return Object.assign({}, ...all.map((one) => one.colours ?? {})) as Record<string, string>;
  },
});

/** The company and its brands, by key; "" is the company itself. */
export const brandsQuery = queryOptions({
  queryKey: ["company"],
  queryFn: async () => take(await api.GET("/v1/company")),
});

/** Makes it live over version `from`; a Problem web.changed_meanwhile if another is there.
 * With `draft`, the draft of that edition is done with; onsite.draft_changed if it is another. */
export const publish = async (wanted: Wanted, from: number, draft = 0) =>
  take(
    await api.PUT("/v1/onsite/{key}", {
      params: {
        path: { key: wanted.key },
        header: { "if-match": `"${from}"` },
        ...(draft ? { query: { draft } } : {}),
      },
      body: tidied(wanted) as never,
    }),
  );

/** A link to the shop's own page that shows this draft to whoever opens it. */
export const see = async (wanted: Wanted, variant: number, language: string, url: string) =>
  take(
    await api.POST("/v1/onsite/preview", {
      body: { campaign: tidied(wanted) as never, url, variant, language },
    }),
  );

export type Turn = "pause" | "resume" | "archive" | "restore";

/** Turns it off or on as it was read; a Problem web.changed_meanwhile if somebody else was faster. */
export async function turn(whole: Whole, how: Turn): Promise<void> {
  const params = { path: { key: whole.key }, header: { "if-match": `"${whole.edition}"` } };
  try {
    if (how === "pause") take(await api.POST("/v1/onsite/{key}/pause", { params }));
    else if (how === "resume") take(await api.POST("/v1/onsite/{key}/resume", { params }));
    else if (how === "archive") take(await api.POST("/v1/onsite/{key}/archive", { params }));
    else take(await api.POST("/v1/onsite/{key}/restore", { params }));
  } finally {
    await refresh();
  }
}

/** Keeps a draft over its edition `over`, 0 for a new one; onsite.draft_changed if it is another. */
export async function keepDraft(work: Work, over: number): Promise<Kept> {
  const { key } = work.wanted;
  const query = draftQuery(key);
  await queries.cancelQueries({ queryKey: query.queryKey });
  const kept = take(
    await api.PUT("/v1/onsite/{key}/draft", {
      params: { path: { key }, header: { "if-match": `"${over}"` } },
      body: { campaign: work.wanted as never, base: work.from },
    }),
  );
  queries.setQueryData(query.queryKey, kept);
  return kept;
}

/** The draft as the server has it now, whoever wrote it. */
export const theirDraft = (key: string) => queries.fetchQuery({ ...draftQuery(key), staleTime: 0 });

export async function dropDraft(key: string, edition: number): Promise<void> {
  take(
    await api.DELETE("/v1/onsite/{key}/draft", {
      params: { path: { key }, header: { "if-match": `"${edition}"` } },
    }),
  );
}

/** There is no draft under this key any more. */
export async function noDraft(key: string): Promise<void> {
  queries.setQueryData(draftQuery(key).queryKey, null);
  await refresh();
}

/** The live version with an end, which is now; a Problem web.changed_meanwhile if another is live. */
export const end = async (whole: Whole) => {
  const live = whole.definition as unknown as Wanted;
  await publish({ ...live, until: new Date(now()).toISOString() }, whole.version);
  await refresh();
};

export async function refresh(): Promise<void> {
  await queries.invalidateQueries({ queryKey: ["onsite"] });
}
