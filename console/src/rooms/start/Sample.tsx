// The sample shop: a real shop's orders let into an empty workspace, how far they have come, and
// out again.
import { Anchor, Group, Progress, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLive } from "~/api/live";
import { queries } from "~/api/queries";
import { Asked, useFmt } from "~/kit";
import { LoadSample, RemoveSample } from "./SampleDeeds";
import { type Shop, sampleQuery } from "./sample";

/** What may come after a state that does not last; other news is of before. */
const NEXT: Record<string, string[]> = {
  loading: ["loading", "loaded", "removing"],
  removing: ["removing", "none"],
};

export function Sample() {
  const { t } = useTranslation("start");
  const known = useQuery(sampleQuery);
  const stood = known.data?.state ?? "";
  // Work of the worker's: the stream tells of it, also after a reload and in another tab.
  const told = useLive<Shop>(stood in NEXT ? "sample" : null);
  const news = told && NEXT[stood]?.includes(told.state) ? told : undefined;
  const [gone, setGone] = useState(false);
  useEffect(() => {
    if (!news || news.state === stood) return;
    queries.setQueryData(sampleQuery.queryKey, news);
    if (news.state !== "none") return;
    setGone(true);
    void queries.invalidateQueries();
  }, [news, stood]);
  // Who comes by the mark on another page wants this part.
  const place = useRef<HTMLDivElement>(null);
  const here = useLocation().hash === "sample";
  useEffect(() => {
    if (here && known.isSuccess) place.current?.scrollIntoView();
  }, [here, known.isSuccess]);
  return (
    <Stack gap="xs" maw={860} align="flex-start" ref={place}>
      {gone && stood === "none" ? <Text role="status">{t("sample.gone")}</Text> : null}
      <Asked of={known}>{(asked) => <Standing shop={news ?? asked} />}</Asked>
      <Text c="dimmed">{t("sample.help")}</Text>
    </Stack>
  );
}

function Standing({ shop }: { shop: Shop }) {
  const { t } = useTranslation("start");
  const fmt = useFmt();
  const counts = { sent: fmt.number(shop.sent), wanted: fmt.number(shop.wanted) };
  if (shop.state === "loading")
    return (
      <>
        <Text role="status">{t("sample.loading", counts)}</Text>
        <Progress
          w="100%"
          value={(100 * shop.sent) / shop.wanted}
          aria-label={t("sample.progress")}
        />
        <RemoveSample />
      </>
    );
  if (shop.state === "removing") return <Text role="status">{t("sample.removing")}</Text>;
  if (shop.state === "loaded")
    return (
      <>
        <Text role="status">{t("sample.loaded", counts)}</Text>
        <Group gap="md">
          <Anchor component={Link} to={"/overview?days=90" as string}>
            {t("sample.toOverview")}
          </Anchor>
          <Anchor component={Link} to={"/segments/~rfm" as string}>
            {t("sample.toRfm")}
          </Anchor>
        </Group>
        <RemoveSample />
      </>
    );
  return <LoadSample shop={shop} />;
}
