// What the pages of campaigns on the site ask of the server.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, Problem, take } from "~/api/client";
import { now } from "~/api/clock";
import { queries } from "~/api/queries";
import type { components } from "~/api/schema";
import { tidied, type Wanted } from "./shape";

type Schemas = components["schemas"];
export type Listed = Schemas["kervan__web__api__onsite__Summary"];
export type Whole = Schemas["kervan__web__api__onsite__Whole"];
export type Judged = Schemas["Judged"];
export type Outcome = Schemas["Outcome"];
export type Piece = Judged["pieces"][string];

const of = (key: string) => ({ params: { path: { key } } });

export const listQuery = queryOptions({
  queryKey: ["onsite", "list"],
  queryFn: async () => take(await api.GET("/v1/onsite")),
});

export const countsQuery = queryOptions({
  queryKey: ["onsite", "counts"],
  queryFn: async () => take(await api.GET("/v1/onsite/counts")),
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

/** Makes it live over version `from`; a Problem web.changed_meanwhile if another is there. */
export const publish = async (wanted: Wanted, from: number) =>
  take(
    await api.PUT("/v1/onsite/{key}", {
      params: { path: { key: wanted.key }, header: { "if-match": `"${from}"` } },
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

export const pause = async (key: string) => {
  await api.POST("/v1/onsite/{key}/pause", of(key));
  await refresh();
};
export const resume = async (key: string) => {
  await api.POST("/v1/onsite/{key}/resume", of(key));
  await refresh();
};

/** The live version with an end, which is now; a Problem web.changed_meanwhile if another is live. */
export const end = async (whole: Whole) => {
  const live = whole.definition as unknown as Wanted;
  await publish({ ...live, until: new Date(now()).toISOString() }, whole.version);
  await refresh();
};

export async function refresh(): Promise<void> {
  await queries.invalidateQueries({ queryKey: ["onsite"] });
}
