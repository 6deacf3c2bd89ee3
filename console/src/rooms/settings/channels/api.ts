// What the tab of channels asks of the server.
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";

/** As GET /v1/accounts tells of one; `problem` says why nothing goes through it. */
export interface Account {
  name: string;
  provider: string;
  channel: string;
  problem: string;
  /** What follows is left out of one whose settings its provider does not take any more. */
  settings?: Record<string, unknown>;
  place?: number;
  per_second?: number;
  in_flight?: number;
  private?: boolean;
  enabled?: boolean;
  /** For If-Match: another one as soon as anybody saves it. */
  edition?: string;
  webhook?: string;
}

/** One setting, as JSON Schema. */
export interface Setting {
  type?: string;
  enum?: string[];
  anyOf?: { type?: string }[];
  items?: { type?: string; enum?: string[] };
  default?: unknown;
  writeOnly?: boolean;
  minimum?: number;
  maximum?: number;
  examples?: string[];
}

export interface Provider {
  channel: string;
  settings: { $ref: string; $defs: Record<string, unknown> };
  capabilities: { per_second: number; in_flight: number };
  webhook: boolean;
}

interface Shape {
  properties: Record<string, Setting>;
  required?: string[];
}

export const accountsQuery = queryOptions({
  queryKey: ["accounts"],
  queryFn: async () => take(await api.GET("/v1/accounts")) as unknown as Account[],
});

export const providersQuery = queryOptions({
  queryKey: ["providers"],
  queryFn: async () =>
    take(await api.GET("/v1/providers")) as unknown as Record<string, Provider>,
  staleTime: Infinity,
});

export const seedsQuery = queryOptions({
  queryKey: ["seeds"],
  queryFn: async () => take(await api.GET("/v1/seeds")),
});

export function shapeOf(provider: Provider): Shape {
  const { $ref, $defs } = provider.settings;
  return $defs[$ref.slice($ref.lastIndexOf("/") + 1)] as Shape;
}

export interface Wanted {
  provider: string;
  settings: Record<string, unknown>;
  place: number;
  per_second: number | null;
  in_flight: number | null;
}

const of = (name: string) => ({ params: { path: { name } } });

/** Over the edition `match`, "0" for a new one; a Problem of 409 where somebody was faster. */
export const save = (name: string, body: Wanted, match: string) =>
  api.PUT("/v1/accounts/{name}", {
    params: { path: { name }, header: { "if-match": match } },
    body,
  });

export const enable = (name: string) => api.POST("/v1/accounts/{name}/enable", of(name));
export const disable = (name: string) => api.POST("/v1/accounts/{name}/disable", of(name));

export const addSeed = async (channel: string, name: string, address: string) =>
  take(await api.POST("/v1/seeds", { body: { channel, name, address } }));

export const test = async (name: string, seed: string) =>
  take(await api.POST("/v1/accounts/{name}/test", { ...of(name), body: { seed } }));
