// What the tab of workspaces asks of the server.
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";

export type Space = components["schemas"]["Space"];
export type NewSpace = components["schemas"]["NewSpace"];

export const spacesQuery = queryOptions({
  queryKey: ["workspaces"],
  queryFn: async () => take(await api.GET("/v1/workspaces")),
});

export const open = async (body: NewSpace) => take(await api.POST("/v1/workspaces", { body }));

export const rename = async (key: string, name: string) =>
  take(await api.PATCH("/v1/workspaces/{key}", { params: { path: { key } }, body: { name } }));

export const close = async (key: string) =>
  take(await api.POST("/v1/workspaces/{key}/close", { params: { path: { key } } }));

export const reopen = async (key: string) =>
  take(await api.POST("/v1/workspaces/{key}/reopen", { params: { path: { key } } }));

/** Go there, signed in: to the browser it is another site. */
export const visit = async (key: string) => {
  const way = take(await api.POST("/v1/workspaces/{key}/visit", { params: { path: { key } } }));
  window.location.assign(way.address);
};
