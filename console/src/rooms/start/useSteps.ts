// How far the first steps are, asked of the platform: each with a sentence of what is there.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useLive } from "~/api/live";
import { useMay, useMe } from "~/api/me";
import type { components } from "~/api/schema";
import { useFmt } from "~/kit";

type Domain = components["schemas"]["Domain"];
interface Account {
  enabled?: boolean;
  problem: string;
}

export interface Told {
  /** undefined while it is not known yet, or not for this reader to know. */
  done: boolean | undefined;
  /** What is there, or what is missing. */
  says?: string;
}

export function useSteps() {
  const { t } = useTranslation("start");
  const heard = useLive<{ events: number }[]>(useMay("sources.manage") ? "sources" : null);
  const { country, currency, timezone } = useMe();
  const mayRead = useMay("journeys.read");
  const mayWay = useMay("channels.read");
  const mayPeople = useMay("people.read");
  const company = useQuery({
    queryKey: ["company"],
    queryFn: async () => take(await api.GET("/v1/company")),
    enabled: mayRead,
  });
  const guides = useQuery({
    queryKey: ["guides"],
    queryFn: async () => take(await api.GET("/v1/brand")),
    enabled: mayRead,
  });
  const ways = useQuery({
    queryKey: ["accounts"],
    queryFn: async () => take(await api.GET("/v1/accounts")) as unknown as Account[],
    enabled: mayWay,
  });
  const domains = useQuery({
    queryKey: ["mail-domains"],
    queryFn: async () => take(await api.GET("/v1/mail/domains")),
    enabled: mayWay,
    staleTime: 60_000,
  });
  const people = useQuery({
    queryKey: ["start", "people"],
    queryFn: async () => take(await api.POST("/v1/people/list", { body: ONE })),
    enabled: mayPeople,
  });
  const journeys = useQuery({
    queryKey: ["palette", "journeys"],
    queryFn: async () => take(await api.GET("/v1/journeys/definitions")),
    enabled: mayRead,
  });
  const countries: Record<string, string> = t("place.countries", { returnObjects: true });
  const speaker = company.data?.[""]?.title;
  const guide = guides.data?.[""] as { name?: string } | undefined;
  const count = people.data?.count;
  const written = journeys.data?.length;
  return {
    company,
    domains: useDomains(domains.data),
    steps: {
      place: {
        done: true,
        says: t("place.says", { country: countries[country] ?? country, currency, zone: timezone }),
      },
      speaker: told(company.data && Boolean(speaker), speaker && t("speaker.says", { name: speaker })),
      brand: told(guides.data && Boolean(guide), guide && t("brand.says", { name: guide.name })),
      connect: told(heard?.some((one) => one.events > 0), undefined),
      ways: useWays(ways.data, domains.data),
      people: told(count === undefined ? undefined : count > 0, count ? t("people.says", { count }) : undefined),
      journey: told(
        written === undefined ? undefined : written > 0,
        written ? t("journey.says", { count: written }) : undefined,
      ),
    } satisfies Record<string, Told>,
  };
}

const ONE = { text: "", limit: 1 } as never;

function told(done: boolean | undefined, says: string | undefined): Told {
  return says ? { done, says } : { done };
}

function useWays(ways: Account[] | undefined, domains: Domain[] | undefined): Told {
  const { t } = useTranslation("start");
  const good = ways?.filter((one) => one.enabled && !one.problem).length ?? 0;
  const configured = domains?.find((one) => !one.account);
  if (good) return { done: true, says: t("ways.says", { count: good }) };
  if (configured) return { done: true, says: t("ways.configured", { domain: configured.domain }) };
  if (ways?.length) return { done: false, says: t("ways.stuck") };
  return { done: ways && domains ? false : undefined };
}

/** What the name servers say, a sentence for each domain. */
function useDomains(domains: Domain[] | undefined): Told & { each: string[] } {
  const { t } = useTranslation("start");
  const fmt = useFmt();
  if (!domains) return { done: undefined, each: [t("domain.looking")] };
  if (!domains.length) return { done: false, each: [t("domain.none")] };
  const named = (one: Domain, ...states: string[]) =>
    one.records.filter((found) => states.includes(found.state)).map((found) => found.kind.toUpperCase());
  const each = domains.map(({ domain, ...rest }) => {
    const bad = named({ domain, ...rest }, "missing", "wrong");
    const silent = named({ domain, ...rest }, "unanswered");
    if (bad.length) return t("domain.bad", { domain, records: fmt.list(bad) });
    if (silent.length) return t("domain.unanswered", { domain, records: fmt.list(silent) });
    return t("domain.good", { domain });
  });
  const done = domains.every((one) => !named(one, "missing", "wrong", "unanswered").length);
  return { done, each };
}
