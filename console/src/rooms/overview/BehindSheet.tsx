// The people or the messages behind a number, the latest first; each opens the person's page.
import { Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { type Column, DataTable, Empty, Failed, SideSheet, useFmt } from "~/kit";
import type { Behind } from "./asks";
import type { Span } from "./span";
import { useWord } from "./words";

interface Props {
  span: Span;
  behind: Behind;
  close: () => void;
}

const PIECE = 100;

export function BehindSheet({ span, behind, close }: Props) {
  const { t } = useTranslation("overview");
  const title = `${behind.title}: ${t(`behind.${behind.what}`)}`;
  return (
    <SideSheet opened close={close} title={title} size={640}>
      {behind.what === "people" ? (
        <People span={span} behind={behind} label={title} />
      ) : (
        <Messages span={span} behind={behind} label={title} />
      )}
    </SideSheet>
  );
}

interface ListProps {
  span: Span;
  behind: Behind;
  label: string;
}

function People({ span, behind, label }: ListProps) {
  const { t } = useTranslation("overview");
  const fmt = useFmt();
  const found = useInfiniteQuery({
    queryKey: ["overview", "people", span, behind],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) =>
      take(
        await api.GET("/v1/metrics/{key}/people", {
          params: {
            path: { key: behind.metric },
            query: {
              ...part(span, behind),
              currency: behind.currency,
              segment: behind.segment,
              after: pageParam,
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.cursor ?? undefined,
  });
  const rows = found.data?.pages.flatMap((one) => one.people) ?? [];
  return (
    <List
      of={found}
      rows={rows}
      label={label}
      rowKey={(one) => one.person}
      columns={[
        {
          key: "who",
          head: t("behind.who"),
          cell: (one) => <Who id={one.person} name={one.name || one.email} />,
        },
        {
          key: "value",
          head: behind.currency ? t("behind.value") : t("behind.count"),
          align: "right",
          cell: (one) =>
            one.currency ? fmt.money(one.value_minor, one.currency) : fmt.number(one.count),
        },
        { key: "at", head: t("behind.at"), align: "right", cell: (one) => fmt.dateTime(one.at) },
      ]}
    />
  );
}

function Messages({ span, behind, label }: ListProps) {
  const { t } = useTranslation("overview");
  const fmt = useFmt();
  const word = useWord();
  const found = useInfiniteQuery({
    queryKey: ["overview", "messages", span, behind],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) =>
      take(
        await api.GET("/v1/metrics/{key}/messages", {
          params: {
            path: { key: behind.metric },
            query: { ...part(span, behind), outcome: behind.outcome, after: pageParam },
          },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.cursor ?? undefined,
  });
  const rows = found.data?.pages.flatMap((one) => one.messages) ?? [];
  return (
    <List
      of={found}
      rows={rows}
      label={label}
      rowKey={(one) => one.message}
      columns={[
        {
          key: "who",
          head: t("behind.who"),
          cell: (one) => (one.person ? <Who id={one.person} name="" /> : "–"),
        },
        {
          key: "what",
          head: t("behind.what"),
          cell: (one) => `${word("channel", one.channel)} · ${word("outcome", one.outcome)}`,
        },
        {
          key: "value",
          head: t("behind.value"),
          align: "right",
          wide: true,
          cell: (one) => (one.orders ? fmt.money(one.revenue_minor, one.currency) : "–"),
        },
        { key: "at", head: t("behind.at"), align: "right", cell: (one) => fmt.dateTime(one.at) },
      ]}
    />
  );
}

function part(span: Span, { channel, campaign }: Behind) {
  return { from: span.from, to: span.to, channel, campaign, limit: PIECE };
}

/** Without a name, the end of the id: its beginning is the time, and the same for many. */
function Who({ id, name }: { id: string; name: string }) {
  return (
    <Link to={`/people/${id}` as string} dir="auto">
      {name || id.slice(-8)}
    </Link>
  );
}

interface Pieces {
  isError: boolean;
  isSuccess: boolean;
  isPending: boolean;
  isFetching: boolean;
  hasNextPage: boolean;
  error: unknown;
  refetch: () => unknown;
  fetchNextPage: () => unknown;
}

interface Listing<Row> {
  of: Pieces;
  rows: Row[];
  label: string;
  rowKey: (row: Row) => string;
  columns: Column<Row>[];
}

function List<Row>({ of, ...table }: Listing<Row>) {
  const { t } = useTranslation("overview");
  return (
    <>
      {of.isError ? <Failed error={of.error} again={() => void of.refetch()} /> : null}
      {of.isPending ? <Text role="status">{t("behind.loading")}</Text> : null}
      {of.isSuccess && !table.rows.length ? <Empty title={t("behind.none")} /> : null}
      {table.rows.length ? (
        <DataTable
          {...table}
          more={() => {
            if (of.hasNextPage && !of.isFetching) void of.fetchNextPage();
          }}
        />
      ) : null}
    </>
  );
}
