// What the tab of the company and its brands asks of the server.
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";

export type Facts = components["schemas"]["Facts"];
export type KeptFacts = components["schemas"]["KeptFacts"];

export const LANGUAGES = ["tr", "az", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A name that may speak on a channel, with its address, header or number. */
export interface Sender {
  name: string;
  address?: string;
}

/** A line that must stand in messages; no channels or purposes are all of them. */
export interface Line {
  name: string;
  says: Partial<Record<Language, string>>;
  law?: string;
  channels?: string[];
  purposes?: string[];
}

export const CHANNELS = [
  "email", "sms", "push", "web_push", "inbox", "whatsapp", "telegram", "instagram", "messenger", "webhook",
  "call", "store",
] as const; // prettier-ignore

/** A guide as docs/reference/brand.schema.json has it; what the form does not show stays. */
export interface Guide {
  name: string;
  colours?: Record<string, string>;
  fonts?: string[];
  logo?: { url: string; alt?: string } | null;
  address?: Partial<Record<Language, string>>;
  words?: Partial<Record<Language, { use?: string[]; avoid?: Record<string, string> }>>;
  senders?: Record<string, Sender[]>;
  lines?: Line[];
  limits?: Record<string, number>;
  checks?: Record<string, string>;
  [other: string]: unknown;
}

export type Past = components["schemas"]["kervan__web__api__brand__Past"];

export const companyQuery = queryOptions({
  queryKey: ["company"],
  queryFn: async () => take(await api.GET("/v1/company")),
});

/** Every version of a brand's guide, the one in force last; none where nobody wrote one. */
export const versionsQuery = (brand: string) =>
  queryOptions({
    queryKey: ["guide-versions", brand],
    queryFn: async () => {
      if (!(brand in take(await api.GET("/v1/brand")))) return [];
      return take(await api.GET("/v1/brand/versions", { params: { query: { brand } } }));
    },
  });

/** Every check with its usual severity. */
export const checksQuery = queryOptions({
  queryKey: ["guide-checks"],
  queryFn: async () => take(await api.GET("/v1/brand/checks")),
  staleTime: Infinity,
});

const over = (brand: string, match: string) => ({
  query: { brand },
  header: { "if-match": match },
});

/** Over the edition `match`; a Problem of 409 where somebody else saved meanwhile. */
export const saveCompany = (brand: string, body: Facts, match: string) =>
  api.PUT("/v1/company", { params: over(brand, match), body });

/** The same over a version of the guide. */
export const saveGuide = (brand: string, guide: Guide, match: string) => {
  const { key: _, ...body } = guide;
  return api.PUT("/v1/brand", { params: over(brand, match), body });
};
