// The sample shop: a real shop's orders let into an empty workspace, and how far they have come.
import { Anchor, Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useLive } from "~/api/live";
import { useMay } from "~/api/me";
import { queries } from "~/api/queries";
import type { components } from "~/api/schema";
import { Asked, Confirm, useFmt } from "~/kit";

type Shop = components["schemas"]["Sample"];

const sampleQuery = {
  queryKey: ["start", "sample"],
  queryFn: async () => take(await api.GET("/v1/sample")),
};

export function Sample() {
  const { t } = useTranslation("start");
  const known = useQuery(sampleQuery);
  const loading = known.data?.state === "loading";
  // Work of the worker's: the stream tells of it, also after a reload and in another tab.
  const told = useLive<Shop>(loading ? "sample" : null);
  return (
    <Stack gap="xs" maw={860} align="flex-start">
      <Asked of={known}>
        {(asked) => <Standing shop={loading && told ? told : asked} />}
      </Asked>
      <Text c="dimmed">{t("sample.help")}</Text>
    </Stack>
  );
}

function Standing({ shop }: { shop: Shop }) {
  const { t } = useTranslation("start");
  const fmt = useFmt();
  const may = useMay("people.import");
  const [asking, ask] = useState(false);
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
      </>
    );
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
      </>
    );
  if (!may) return null;
  if (!shop.possible) return <Text>{t("sample.full")}</Text>;
  return (
    <>
      <Text>{t("sample.says", counts)}</Text>
      <Button variant="default" onClick={() => ask(true)}>
        {t("sample.load")}
      </Button>
      <Confirm
        opened={asking}
        close={() => ask(false)}
        title={t("sample.load")}
        touches={t("sample.touches", counts)}
        type={t("sample.word")}
        word={t("sample.load")}
        act={async () => {
          queries.setQueryData(sampleQuery.queryKey, take(await api.POST("/v1/sample")));
        }}
      />
    </>
  );
}
