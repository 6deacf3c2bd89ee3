// The people behind a number: of a rule before the start, of what became of messages after it.
import { Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { DataTable, Empty, Failed, Sentence, SideSheet, useFmt } from "~/kit";
import type { paths } from "~/api/schema";
import type { Of } from "./api";

/** Who is meant: those of a rule tree, or those behind a number of a broadcast or of a campaign on
 * the site. */
export type Behind =
  | { title: string; tree: Record<string, unknown> }
  | { title: string; broadcast: string; of: Of; reason?: string }
  | { title: string; campaign: string; variant: string; of: OnSite };
type OnSite = NonNullable<paths["/v1/onsite/{key}/people"]["get"]["parameters"]["query"]>["of"];

interface Row {
  id: string;
  name: string;
  at: string | null;
}
interface Piece {
  rows: Row[];
  next: string | null;
  sentence: string;
}
const MOST = 100;

export default function PeopleSheet({ behind, close }: { behind: Behind; close: () => void }) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const found = useInfiniteQuery({
    queryKey: ["broadcasts", "people", behind],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      "tree" in behind
        ? ofTree(behind.tree, pageParam, signal)
        : "campaign" in behind
          ? ofCampaign(behind, pageParam)
          : ofProgress(behind, pageParam),
    getNextPageParam: (last) => last.next ?? undefined,
    retry: false,
  });
  const rows = found.data?.pages.flatMap((one) => one.rows) ?? [];
  const sentence = found.data?.pages[0]?.sentence;
  return (
    <SideSheet opened close={close} title={behind.title}>
      {found.isError ? <Failed error={found.error} again={() => void found.refetch()} /> : null}
      {found.isPending ? <Text role="status">{t("loading")}</Text> : null}
      {found.isSuccess && !rows.length ? <Empty title={t("behind.none")} /> : null}
      {sentence ? <Sentence text={sentence} /> : null}
      {rows.length ? (
        <DataTable
          label={behind.title}
          rows={rows}
          rowKey={(one) => one.id}
          more={() => {
            if (found.hasNextPage && !found.isFetching) void found.fetchNextPage();
          }}
          columns={[
            {
              key: "who",
              head: t("behind.who"),
              cell: (one) => (
                <Link to={`/people/${one.id}` as string} dir="auto">
                  {one.name || one.id.slice(-8)}
                </Link>
              ),
            },
            {
              key: "at",
              head: t("tree" in behind ? "behind.seen" : "campaign" in behind ? "behind.last" : "behind.at"),
              align: "right",
              cell: (one) => (one.at ? fmt.dateTime(one.at) : "–"),
            },
          ]}
        />
      ) : null}
    </SideSheet>
  );
}

async function ofTree(tree: Record<string, unknown>, cursor: string, signal: AbortSignal): Promise<Piece> {
  const body = {
    text: "", tree, by: "last_seen" as const, descending: true, limit: MOST, traits: [],
    cursor: cursor || null,
  }; // prettier-ignore
  const told = take(await api.POST("/v1/people/list", { body: body as never, signal }));
  const rows = told.people.map((one) => ({
    id: one.id,
    name: one.name,
    at: one.last_seen_ms === null ? null : new Date(one.last_seen_ms).toISOString(),
  }));
  return { rows, next: told.cursor, sentence: told.sentence };
}

async function ofProgress(
  { broadcast, of, reason }: Extract<Behind, { broadcast: string }>,
  after: string,
): Promise<Piece> {
  const told = take(
    await api.GET("/v1/broadcasts/{key}/people", {
      params: {
        path: { key: broadcast },
        query: { of, limit: MOST, ...(reason ? { reason } : {}), ...(after ? { after: Number(after) } : {}) },
      },
    }),
  );
  const rows = told.people.map((one) => ({ id: one.person, name: one.first_name, at: one.at }));
  return { rows, next: told.after === null ? null : String(told.after), sentence: "" };
}

async function ofCampaign(
  { campaign, variant, of }: Extract<Behind, { campaign: string }>,
  after: string,
): Promise<Piece> {
  const told = take(
    await api.GET("/v1/onsite/{key}/people", {
      params: {
        path: { key: campaign },
        query: { of, variant, limit: MOST, ...(after ? { after: Number(after) } : {}) },
      },
    }),
  );
  const rows = told.people.map((one) => ({ id: one.person, name: one.first_name, at: one.at }));
  return { rows, next: told.after === null ? null : String(told.after), sentence: "" };
}
