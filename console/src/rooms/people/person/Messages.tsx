// What was meant for a person, sent or not, each with its reason and the way to the whole story.
import { Button, SegmentedControl, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMay } from "~/api/me";
import { Asked, useFmt } from "~/kit";
import type { Meant } from "../asks";
import { Channel, Chip, type Tone } from "../bits";
import { Why } from "./Why";
import classes from "../Person.module.css";

const WENT = ["accepted", "delivered", "handed", "unknown"];
const TONES: Record<string, Tone> = {
  delivered: "good",
  accepted: "good",
  handed: "good",
  failed: "bad",
  suppressed: "warn",
  expired: "warn",
  cancelled: "warn",
};
type Show = "all" | "sent" | "notSent";

export function Messages({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const fmt = useFmt();
  const mayWhy = useMay("consent.read");
  const [show, setShow] = useState<Show>("all");
  const [why, setWhy] = useState<string>();
  const found = useInfiniteQuery({
    queryKey: ["person", person, "messages"],
    queryFn: async ({ pageParam }) =>
      take(
        await api.GET("/v1/people/{person}/messages", {
          params: { path: { person }, query: { before: pageParam } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.before,
  });
  const wanted = (one: Meant) =>
    show === "all" || (show === "sent") === WENT.includes(one.state);
  const state = (one: Meant) => t(`messages.state.${one.state as "queued"}`);
  return (
    <>
      <SegmentedControl
        size="xs"
        mb="sm"
        aria-label={t("messages.show")}
        data={(["all", "sent", "notSent"] as const).map((one) => ({
          value: one,
          label: t(`messages.${one}`),
        }))}
        value={show}
        onChange={(value) => setShow(value as Show)}
      />
      <Asked
        of={found}
        isEmpty={(data) => !data.pages[0]?.messages.length}
        empty={<Text c="dimmed">{t("messages.none")}</Text>}
      >
        {({ pages }) => (
          <>
            <ul className={classes.cards}>
              {pages
                .flatMap((one) => one.messages)
                .filter(wanted)
                .map((one) => (
                  <li key={one.id} className={classes.card}>
                    <div className={classes.cardHead}>
                      <Channel channel={one.channel} />
                      <strong className={classes.grow}>
                        <bdi>{one.journey || t(`messages.class.${one.message_class as "legal"}`)}</bdi>
                      </strong>
                      <Chip tone={TONES[one.state]}>{state(one)}</Chip>
                      {mayWhy ? (
                        <Button size="compact-xs" variant="default" onClick={() => setWhy(one.id)}>
                          {t("messages.why")}
                        </Button>
                      ) : null}
                    </div>
                    <span className={classes.aside}>
                      <span>{fmt.dateTime(one.finished_at ?? one.handed_at ?? one.intended_at)}</span>
                      {one.said ? <span>{one.said}</span> : null}
                      {one.due_at ? (
                        <span>{t("messages.due", { when: fmt.dateTime(one.due_at) })}</span>
                      ) : null}
                    </span>
                  </li>
                ))}
            </ul>
            {found.hasNextPage ? (
              <Button
                variant="default"
                size="xs"
                loading={found.isFetchingNextPage}
                onClick={() => void found.fetchNextPage()}
              >
                {t("timeline.older")}
              </Button>
            ) : null}
          </>
        )}
      </Asked>
      <Why message={why} close={() => setWhy(undefined)} />
    </>
  );
}
