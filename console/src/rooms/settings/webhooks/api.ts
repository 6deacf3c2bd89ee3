// What the tab of webhooks asks of the server.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";

export type Receiver = components["schemas"]["SegmentReceiver"];
export type Attempt = components["schemas"]["Telling"];
export type Call = components["schemas"]["WebhookCall"];

const EACH = 100;

export const receiversQuery = queryOptions({
  queryKey: ["webhooks", "receivers"],
  queryFn: async () => take(await api.GET("/v1/webhooks/receivers")),
});

export const attemptsQuery = infiniteQueryOptions({
  queryKey: ["webhooks", "attempts"],
  queryFn: async ({ pageParam }) => {
    const query = { before: pageParam, limit: EACH };
    return take(await api.GET("/v1/webhooks/attempts", { params: { query } }));
  },
  initialPageParam: 0,
  getNextPageParam: (last: Attempt[]) => (last.length < EACH ? undefined : last.at(-1)?.id),
});

export const callsQuery = infiniteQueryOptions({
  queryKey: ["webhooks", "calls"],
  queryFn: async ({ pageParam }) => {
    const query = { limit: EACH, ...(pageParam ? { before: pageParam } : {}) };
    return take(await api.GET("/v1/webhooks/calls", { params: { query } }));
  },
  initialPageParam: "",
  getNextPageParam: (last: Call[]) => (last.length < EACH ? undefined : last.at(-1)?.id),
});

export const again = (key: string) =>
  api.POST("/v1/segments/{key}/sync/again", { params: { path: { key } } });
