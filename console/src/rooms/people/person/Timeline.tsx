// All that happened with a person in sentences, newest first, or one kind of it.
import { Button, Group, SegmentedControl, Select, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { Asked, useFmt } from "~/kit";
import type { Kind, Line } from "../asks";
import { Sign } from "../bits";
import { Why } from "./Why";
import classes from "../Person.module.css";

const KINDS: Kind[] = [
  "all", "events", "orders", "messages", "journeys", "consents", "notes", "identity",
]; // prettier-ignore

interface Props {
  person: string;
  /** One kind for good: no filter is shown. */
  only?: Kind;
}

export function useTold(person: string, of: Kind) {
  return useInfiniteQuery({
    queryKey: ["person", person, "told", of],
    queryFn: async ({ pageParam, signal }) =>
      take(
        await api.GET("/v1/people/{person}/told", {
          params: { path: { person }, query: { of, cursor: pageParam, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.cursor,
  });
}

export function Timeline({ person, only }: Props) {
  const { t } = useTranslation("people");
  const [chosen, setChosen] = useState<Kind>("all");
  const of = only ?? chosen;
  const told = useTold(person, of);
  const names = KINDS.map((one) => ({ value: one, label: t(`of.${one}`) }));
  return (
    <>
      {only ? null : (
        <>
          <SegmentedControl
            visibleFrom="lg"
            size="xs"
            mb="sm"
            aria-label={t("timeline.filter")}
            data={names}
            value={chosen}
            onChange={(value) => setChosen(value as Kind)}
          />
          <Select
            hiddenFrom="lg"
            size="xs"
            mb="sm"
            maw={260}
            aria-label={t("timeline.filter")}
            data={names}
            value={chosen}
            onChange={(value) => setChosen((value ?? "all") as Kind)}
            allowDeselect={false}
          />
        </>
      )}
      <Asked of={told}>
        {({ pages }) => {
          const lines = pages.flatMap((one) => one.lines);
          return (
            <>
              <Lines lines={lines} />
              {told.hasNextPage ? (
                <Button
                  variant="default"
                  size="xs"
                  loading={told.isFetchingNextPage}
                  onClick={() => void told.fetchNextPage()}
                >
                  {t("timeline.older")}
                </Button>
              ) : (
                <Text size="sm" c="dimmed" py="xs">
                  {lines.length ? t("timeline.end") : t("timeline.none")}
                </Text>
              )}
            </>
          );
        }}
      </Asked>
    </>
  );
}

function Lines({ lines }: { lines: Line[] }) {
  const { t } = useTranslation("people");
  const fmt = useFmt();
  const [why, setWhy] = useState<string>();
  let day = "";
  return (
    <>
      <ol className={classes.lines}>
        {lines.map((one) => {
          const its = fmt.date(one.at_ms, "long");
          const isNew = its !== day;
          day = its;
          return (
            <Fragment key={one.id}>
              {isNew ? (
                <li className={classes.day}>
                  <h3>{its}</h3>
                </li>
              ) : null}
              <li className={classes.line}>
                <Sign sign={one.sign} />
                <div className={classes.said}>
                  <span dir="auto">{one.text}</span>
                  {one.detail ? (
                    <span className={classes.aside} dir="auto">
                      {one.detail}
                    </span>
                  ) : null}
                </div>
                <Group gap="xs" wrap="nowrap">
                  {one.message && one.of === "messages" ? (
                    <Button size="compact-xs" variant="subtle" onClick={() => setWhy(one.message)}>
                      {t("messages.why")}
                    </Button>
                  ) : null}
                  <time dateTime={new Date(one.at_ms).toISOString()} className={classes.time}>
                    {fmt.time(one.at_ms)}
                  </time>
                </Group>
              </li>
            </Fragment>
          );
        })}
      </ol>
      <Why message={why} close={() => setWhy(undefined)} />
    </>
  );
}
