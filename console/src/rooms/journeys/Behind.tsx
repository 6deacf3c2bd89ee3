// The people behind a number, the latest first; each opens her page.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Text } from "@mantine/core";
import { api, take } from "~/api/client";
import { DataTable, Empty, Failed, SideSheet, useFmt } from "~/kit";

/** A number of a journey, as /v1/journeys/{key}/people asks for it. */
export interface Behind {
  figure: "entered" | "waiting" | "came" | "passed" | "left" | "goals" | "refused";
  step?: string;
  exit?: string;
  reason?: string;
  version?: number;
}

interface Props {
  journey: string;
  behind: Behind;
  close: () => void;
}

export function BehindSheet({ journey, behind, close }: Props) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const found = useInfiniteQuery({
    queryKey: ["journeys", journey, "people", behind],
    initialPageParam: "",
    queryFn: async ({ pageParam }) =>
      take(
        await api.GET("/v1/journeys/{key}/people", {
          params: {
            path: { key: journey },
            query: { ...behind, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    getNextPageParam: (last) => last.cursor ?? undefined,
  });
  const rows = found.data?.pages.flatMap((one) => one.people) ?? [];
  const place = [behind.step, behind.exit ?? behind.reason].filter(Boolean).join(" · ");
  return (
    <SideSheet
      opened
      close={close}
      title={`${t(`figure.${behind.figure}`)}${place ? `: ${place}` : ""}`}
    >
      {found.isError ? <Failed error={found.error} again={() => void found.refetch()} /> : null}
      {found.isSuccess && !rows.length ? <Empty title={t("behind.none")} /> : null}
      {found.isPending ? <Text role="status">{t("behind.loading")}</Text> : null}
      {rows.length ? (
        <DataTable
          label={t(`figure.${behind.figure}`)}
          rows={rows}
          rowKey={(one) => `${one.person}/${one.run}/${one.at_ms}`}
          more={() => {
            if (found.hasNextPage && !found.isFetching) void found.fetchNextPage();
          }}
          columns={[
            {
              key: "who",
              head: t("behind.who"),
              cell: (one) => (
                <Link to={`/people/${one.person}` as string} dir="auto">
                  {one.first_name || one.person.slice(0, 8)}
                </Link>
              ),
            },
            {
              key: "at",
              head: t("behind.at"),
              align: "right",
              cell: (one) => fmt.dateTime(one.at_ms),
            },
          ]}
        />
      ) : null}
    </SideSheet>
  );
}
