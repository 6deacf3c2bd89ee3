// The first steps, in their order: each says itself whether it is done, by what is there.
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useLive } from "~/api/live";
import { useMay } from "~/api/me";
import type { components } from "~/api/schema";
import { Page } from "~/kit";
import { Connect } from "./Connect";
import { Next } from "./Next";
import { Speaker } from "./Speaker";
import { Step } from "./Step";

type Live = components["schemas"]["Live"];

export default function Start() {
  const { t } = useTranslation("start");
  const now = useLive<Live>("live");
  const mayRead = useMay("journeys.read");
  const mayWay = useMay("channels.read");
  const company = useQuery({
    queryKey: ["company"],
    queryFn: async () => take(await api.GET("/v1/company")),
    enabled: mayRead,
  });
  const ways = useQuery({
    queryKey: ["accounts"],
    queryFn: async () => take(await api.GET("/v1/accounts")),
    enabled: mayWay,
  });
  const journeys = useQuery({
    queryKey: ["palette", "journeys"],
    queryFn: async () => take(await api.GET("/v1/journeys/definitions")),
    enabled: mayRead,
  });
  const done = {
    connect: now ? now.events > 0 : undefined,
    speaker: company.data ? Boolean(company.data[""]?.title) : undefined,
    ways: ways.data ? ways.data.length > 0 : undefined,
    journey: journeys.data ? journeys.data.length > 0 : undefined,
  };
  return (
    <Page title={t("title")} below={<Text c="dimmed">{t("about")}</Text>}>
      <Stack component="ol" gap="sm" maw={860} p={0} m={0} style={{ listStyle: "none" }}>
        <Step number={1} title={t("connect.title")} done={done.connect}>
          <Connect />
        </Step>
        <Step number={2} title={t("speaker.title")} done={done.speaker}>
          <Speaker facts={company.data?.[""]} isKnown={company.isSuccess} />
        </Step>
        <Step number={3} title={t("ways.title")} done={done.ways}>
          <Next text={t("ways.help")} to="/settings/channels" word={t("ways.go")} />
        </Step>
        <Step number={4} title={t("journey.title")} done={done.journey}>
          <Next text={t("journey.help")} to="/journeys" word={t("journey.go")} />
        </Step>
      </Stack>
    </Page>
  );
}
