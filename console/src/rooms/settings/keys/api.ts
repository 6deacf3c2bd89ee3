// What the tab of keys asks of the server.
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";

export type Key = components["schemas"]["kervan__web__api__keys__Key"];

export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: async () => take(await api.GET("/v1/keys")),
});

export const make = async (name: string, scopes: string[], days: number) =>
  take(await api.POST("/v1/keys", { body: { name, scopes, days } }));

export const revoke = (key: string) =>
  api.DELETE("/v1/keys/{key}", { params: { path: { key } } });
