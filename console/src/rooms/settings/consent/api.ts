// What the tab of consent and privacy asks of the server.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";

export type Notice = components["schemas"]["kervan__web__api__consents__Notice"];
export type RegistryAccount = components["schemas"]["RegistryAccount"];
export type Troubled = components["schemas"]["Troubled"];
export type Asked = components["schemas"]["Asked-Output"];

export type Whole = components["schemas"]["AskedWhole"];

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

/** What requests are made of, as the server knows it. */
export const KINDS = ["access", "erasure", "portability", "objection", "rectification"] as const;
export const CHANNELS = [
  "email", "phone", "store", "web", "letter", "notary", "kep", "preference_centre",
] as const; // prettier-ignore
export const PROOFS = [
  "none", "signed_in", "confirmed_contact", "staff_saw_id", "e_signature", "registered_mail",
] as const; // prettier-ignore

interface Written {
  kind: string;
  person: string;
  channel: string;
  proof: string;
  note: string;
}

export const open = async ({ proof, ...request }: Written) =>
  take(await api.POST("/v1/privacy/requests", { body: { ...request, identity_proof: proof } }));

export const peopleQuery = (typed: string) =>
  queryOptions({
    queryKey: ["privacy-people", typed],
    queryFn: async ({ signal }) =>
      take(
        await api.GET("/v1/people/search", { params: { query: { q: typed, limit: 8 } }, signal }),
      ).people,
    enabled: typed.length > 1,
    placeholderData: keepPreviousData,
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
