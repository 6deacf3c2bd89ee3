// What the tab of sources asks of the server.
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";

export type Source = components["schemas"]["Source"];
export type Letter = components["schemas"]["DeadLetter"];
type Change = components["schemas"]["kervan__web__api__sources__Change"];

export const KINDS = ["browser", "server", "till", "kiosk", "call_centre", "import"] as const;
export type Kind = (typeof KINDS)[number];

export const sourcesQuery = queryOptions({
  queryKey: ["sources"],
  queryFn: async () => take(await api.GET("/v1/sources")),
});

export const lettersQuery = queryOptions({
  queryKey: ["dead-letters"],
  queryFn: async () => take(await api.GET("/v1/dead-letters")),
});

export const make = async (name: string, kind: Kind) =>
  take(
    await api.POST("/v1/sources", {
      body: { name, kind, allowed_origins: [], rate_limit_per_second: 0 },
    }),
  );

export const change = (source: number, body: Change) =>
  api.PATCH("/v1/sources/{source}", { params: { path: { source } }, body });

export const addKey = async (source: number) =>
  take(await api.POST("/v1/sources/{source}/keys", { params: { path: { source } } }));

export const revoke = (source: number, hint: string) =>
  api.DELETE("/v1/sources/{source}/keys/{hint}", { params: { path: { source, hint } } });

export const resend = async (ids: number[]) =>
  take(await api.POST("/v1/dead-letters/resend", { body: { ids } }));
