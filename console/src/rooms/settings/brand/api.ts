// What the tab of the company and its brands asks of the server.
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";

export type Facts = components["schemas"]["Facts"];

export const LANGUAGES = ["tr", "az", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A guide as docs/reference/brand.schema.json has it; what the form does not show stays. */
export interface Guide {
  name: string;
  colours?: Record<string, string>;
  fonts?: string[];
  logo?: { url: string; alt?: string } | null;
  address?: Partial<Record<Language, string>>;
  words?: Partial<Record<Language, { use?: string[]; avoid?: Record<string, string> }>>;
  limits?: Record<string, number>;
  [other: string]: unknown;
}

export const companyQuery = queryOptions({
  queryKey: ["company"],
  queryFn: async () => take(await api.GET("/v1/company")),
});

export const guidesQuery = queryOptions({
  queryKey: ["guides"],
  queryFn: async () => take(await api.GET("/v1/brand")) as unknown as Record<string, Guide>,
});

export const saveCompany = (brand: string, body: Facts) =>
  api.PUT("/v1/company", { params: { query: { brand } }, body });

export const saveGuide = (brand: string, guide: Guide) => {
  const { key: _, ...body } = guide;
  return api.PUT("/v1/brand", { params: { query: { brand } }, body });
};
