// What the tab of sending rules asks of the server, and what a policy is made of.
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";

export type Past = components["schemas"]["kervan__web__api__policy__Past"];
export type Planned = components["schemas"]["kervan__web__api__policy__Planned"];

export const KINDS = ["caps", "gaps", "quiet"] as const;
export type Kind = (typeof KINDS)[number];
export const UNITS = ["hour", "day", "week", "month"] as const;
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export const BLOCKED = ["hold", "next", "skip"] as const;
export const COUNTRIES = ["TR", "AZ"] as const;
export const CHANNELS = [
  "email", "sms", "whatsapp", "push", "web_push", "telegram", "instagram", "messenger", "call", "inbox",
] as const; // prettier-ignore

/** One rule of any kind; what the form does not show of it is kept as it is. */
export interface Rule {
  name: string;
  channels?: string[];
  topics?: string[];
  brands?: string[];
  /** Messages of this priority and above pass. */
  passes_from_priority?: number | null;
  blocked?: string;
  most?: number;
  per?: string;
  window?: string;
  minutes?: number;
  from?: string;
  until?: string;
  days?: string[];
  holidays?: string;
  [other: string]: unknown;
}

export interface Policy {
  caps?: Rule[];
  gaps?: Rule[];
  quiet?: Rule[];
  [other: string]: unknown;
}

export const policyQuery = queryOptions({
  queryKey: ["policy"],
  queryFn: async () => take(await api.GET("/v1/policy")),
});

/** The topics by what people read. */
export const topicsQuery = queryOptions({
  queryKey: ["topics", "names"],
  queryFn: async () => take(await api.GET("/v1/topics")),
});

/** The brands that have a company or a guide of their own. */
export const brandsQuery = queryOptions({
  queryKey: ["brands"],
  queryFn: async () => {
    const [companies, guides] = await Promise.all([api.GET("/v1/company"), api.GET("/v1/brand")]);
    const all = [...Object.keys(take(companies)), ...Object.keys(take(guides))];
    return [...new Set(all)].filter(Boolean);
  },
});

/** Over the version `expected`; a Problem of 409 where another one is the latest by now. */
export async function save(policy: Policy, expected: number): Promise<Planned> {
  const body = policy as Record<string, never>;
  return take(await api.PUT("/v1/policy", { params: { query: { expected } }, body })) as Planned;
}

/** Rules without what was left empty, as the server reads them. */
export function tidy(policy: Policy): Policy {
  const rules = (some: Rule[] = []) =>
    some.map((rule) => {
      const kept = Object.entries(rule).filter(
        ([, value]) => value !== "" && !(Array.isArray(value) && !value.length),
      );
      return Object.fromEntries(kept) as Rule;
    });
  return {
    ...policy,
    caps: rules(policy.caps),
    gaps: rules(policy.gaps),
    quiet: rules(policy.quiet),
  };
}

export const BLANK: Record<Kind, Rule> = {
  caps: { name: "", most: 2, per: "day", window: "calendar", blocked: "skip" },
  gaps: { name: "", minutes: 240, blocked: "skip" },
  quiet: { name: "", from: "22:00", until: "09:00", blocked: "hold" },
};
