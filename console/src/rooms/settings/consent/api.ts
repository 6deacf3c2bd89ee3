// What the tab of consent and privacy asks of the server.
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";

export type Notice = components["schemas"]["kervan__web__api__consents__Notice"];
export type RegistryAccount = components["schemas"]["RegistryAccount"];
export type Troubled = components["schemas"]["Troubled"];
export type Asked = components["schemas"]["Asked-Output"];

export const LANGUAGES = ["tr", "az", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

export const noticesQuery = queryOptions({
  queryKey: ["notices"],
  queryFn: async () => take(await api.GET("/v1/notices")),
});

export const registryQuery = queryOptions({
  queryKey: ["registry"],
  queryFn: async () => take(await api.GET("/v1/registry")),
});

export const requestsQuery = queryOptions({
  queryKey: ["privacy-requests"],
  queryFn: async () => take(await api.GET("/v1/privacy/requests")),
});

export const requestQuery = (asked: string) =>
  queryOptions({
    queryKey: ["privacy-requests", asked],
    queryFn: async () =>
      take(await api.GET("/v1/privacy/requests/{asked}", { params: { path: { asked } } })),
  });

export const receiptQuery = (person: string) =>
  queryOptions({
    queryKey: ["privacy-receipt", person],
    queryFn: async () =>
      take(
        await api.GET("/v1/privacy/people/{person}/receipt", { params: { path: { person } } }),
      ) as { sentences: string[] },
  });

export const publish = (key: string, language: string, text: string) =>
  api.POST("/v1/notices", { body: { key, language, text } });

export const exchange = (brand: string) =>
  api.POST("/v1/registry/exchange", { params: { query: { brand } } });

const of = (asked: string) => ({ params: { path: { asked } } });

export const close = (asked: string, state: "done" | "refused", answer: string) =>
  api.POST("/v1/privacy/requests/{asked}/close", { ...of(asked), body: { state, answer } });

export const erase = (asked: string) => api.POST("/v1/privacy/requests/{asked}/erase", of(asked));
