// What the overview asks of the server, with the shapes of its answers.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";
import type { Span } from "./span";

type Schemas = components["schemas"];
export type Found = Schemas["Overview"];
export type FigureOf = Found["figures"][number];
export type ChannelRow = Found["channels"][number];
export type Definition = Schemas["Definition"];

/** What one number is made of, as /v1/metrics/{key}/people and /messages are asked for it. */
export interface Behind {
  what: "people" | "messages";
  metric: string;
  title: string;
  channel?: string;
  currency?: string;
  campaign?: string;
  outcome?: string;
  segment?: string;
}

const RENEWED_MS = 3_000;

/** The figures of a span; the language is part of the question, as sentences come with them. */
export const overviewQuery = (span: Span, language: string) =>
  queryOptions({
    queryKey: ["overview", language, span],
    queryFn: async ({ signal }) =>
      take(
        await api.GET("/v1/overview", {
          params: {
            query: { from: span.from, to: span.to, compare: span.compare ? "previous" : "none" },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    // Only while the server is counting anew; otherwise nothing is asked twice.
    refetchInterval: (query) => (query.state.data?.renewing ? RENEWED_MS : false),
  });

export const definitionsQuery = (language: string) =>
  queryOptions({
    queryKey: ["metrics", language],
    queryFn: async () => take(await api.GET("/v1/metrics")),
    staleTime: Infinity,
  });
