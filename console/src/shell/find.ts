// What the palette finds: pages at once, things by name in lists already here, people by asking.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMe } from "~/api/me";
import { fold } from "~/fmt";
import { useRooms } from "./Navigation";
import { usePageName } from "./words";

export interface Found {
  to: string;
  name: string;
  note?: string;
}
export interface FoundGroup {
  name: string;
  found: Found[];
}

const MOST = 6;
const MANY = 20;
const FRESH_MS = 60_000;

interface Named {
  key: string;
  name: string;
}

/** `quiet` when nothing is being asked for any more. */
export function useFound(typed: string, asked: string): { groups: FoundGroup[]; quiet: boolean } {
  const { t } = useTranslation("shell");
  const { rights } = useMe();
  const may = (right: string) => rights.includes(right);
  const pages = usePages();
  const journeys = useNamed("journeys", may("journeys.read"), async () =>
    take(await api.GET("/v1/journeys/definitions")),
  );
  const segments = useNamed("segments", may("segments.read"), async () =>
    take(await api.GET("/v1/segments")),
  );
  const messages = useNamed("messages", may("journeys.read"), async () =>
    take(await api.GET("/v1/messages")),
  );
  const onsite = useNamed("onsite", may("journeys.read"), async () =>
    take(await api.GET("/v1/onsite")),
  );
  const waiting = useNamed("waiting", may("journeys.read"), async () => {
    const all = take(await api.GET("/v1/approvals", { params: { query: { limit: 1000 } } }));
    return all.filter((one) => one.kind === "message");
  });
  const people = useQuery({
    queryKey: ["palette", "people", asked],
    queryFn: async ({ signal }) =>
      take(
        await api.GET("/v1/people/search", { params: { query: { q: asked, limit: MOST } }, signal }),
      ),
    enabled: asked.trim().length > 1 && may("people.read"),
    placeholderData: keepPreviousData,
  });
  const wanted = fold(typed);
  const groups: FoundGroup[] = [{ name: t("palette.pages"), found: best(pages, wanted) }];
  if (wanted) {
    const found = (people.data?.people ?? []).map((one) => ({
      to: `/people/${one.id}`,
      name: one.name || one.email || one.phone || t("palette.nameless"),
      note: one.email || one.phone,
    }));
    groups.push({ name: t("palette.people"), found: asked.trim().length > 1 ? found : [] });
    // A text that waits is found by its name, or with all others by the word for waiting.
    const all = fold(t("palette.waitingWords")).split(" ");
    const isAsked = wanted.length > 2 && all.some((word) => word.startsWith(wanted));
    const texts = waiting.map((one) => ({ to: `/messages/${one.key}`, name: one.name || one.key }));
    groups.push({ name: t("palette.waiting"), found: best(texts, isAsked ? "" : wanted).slice(0, MANY) });
    for (const [kind, list] of [
      ["journeys", journeys],
      ["segments", segments],
      ["messages", messages],
      ["onsite", onsite],
    ] as const) {
      const named = list.map((one) => ({ to: `/${kind}/${one.key}`, name: one.name || one.key }));
      groups.push({ name: t(`palette.${kind}`), found: best(named, wanted) });
    }
  }
  const quiet = typed === asked && !people.isFetching;
  return { groups: groups.filter((one) => one.found.length), quiet };
}

function usePages(): Found[] {
  const mine = useRooms();
  const name = usePageName();
  return mine.flatMap((room) =>
    room.pages
      .filter((page, at) => page.named || at === 0)
      .map((page) => ({ to: page.path, name: name(room, page) })),
  );
}

function useNamed(kind: string, enabled: boolean, ask: () => Promise<Named[]>): Named[] {
  const { data } = useQuery({
    queryKey: ["palette", kind],
    queryFn: ask,
    enabled,
    staleTime: FRESH_MS,
  });
  return useMemo(() => data ?? [], [data]);
}

/** Those that begin with what is wanted first, then those that hold it. */
function best(all: Found[], wanted: string): Found[] {
  if (!wanted) return all;
  const known = all.map((one) => ({ one, name: fold(one.name) }));
  const begin = known.filter(({ name }) => name.startsWith(wanted));
  const hold = known.filter(({ name }) => !name.startsWith(wanted) && name.includes(wanted));
  return [...begin, ...hold].slice(0, MOST).map(({ one }) => one);
}
