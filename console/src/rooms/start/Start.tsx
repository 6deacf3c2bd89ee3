// The first steps, in their order: each says itself whether it is done, by what is there.
import { Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Page } from "~/kit";
import { Connect } from "./Connect";
import { Next } from "./Next";
import { Sample } from "./Sample";
import { Speaker } from "./Speaker";
import { Step } from "./Step";
import { useSteps } from "./useSteps";

export default function Start() {
  const { t } = useTranslation("start");
  const { company, domains, steps } = useSteps();
  const all = [...Object.values(steps), domains];
  const done = all.filter((one) => one.done).length;
  return (
    <Page
      title={t("title")}
      below={
        <Text c="dimmed">
          {t("about")} {t("progress", { done, all: all.length })}
        </Text>
      }
    >
      <Stack component="ol" gap="sm" maw={860} p={0} m={0} style={{ listStyle: "none" }}>
        <Step number={1} title={t("place.title")} told={steps.place}>
          <Text c="dimmed">{t("place.change")}</Text>
        </Step>
        <Step number={2} title={t("speaker.title")} told={steps.speaker}>
          <Speaker
            facts={company.data?.[""]}
            isKnown={company.isSuccess}
            done={steps.speaker.done === true}
          />
          <Next to="/settings/brand" word={t("settings")} />
        </Step>
        <Step number={3} title={t("brand.title")} told={steps.brand}>
          <Next text={t("brand.help")} to="/settings/brand" word={t("settings")} />
        </Step>
        <Step number={4} title={t("connect.title")} told={steps.connect}>
          <Connect />
          <Next to="/settings/sources" word={t("settings")} />
        </Step>
        <Step number={5} title={t("ways.title")} told={steps.ways}>
          <Next text={t("ways.help")} to="/settings/channels" word={t("ways.go")} />
        </Step>
        <Step number={6} title={t("domain.title")} told={domains}>
          {domains.each.map((one) => (
            <Text key={one}>{one}</Text>
          ))}
          <Next text={t("domain.help")} to="/settings/channels" word={t("domain.go")} />
        </Step>
        <Step number={7} title={t("people.title")} told={steps.people}>
          <Next text={t("people.help")} to="/start/import" word={t("people.go")} />
        </Step>
        <Step number={8} title={t("journey.title")} told={steps.journey}>
          <Next text={t("journey.help")} to="/journeys" word={t("journey.go")} />
        </Step>
      </Stack>
      <Title order={2} fz="lg" mt="lg" mb={4}>
        {t("sample.title")}
      </Title>
      <Sample />
    </Page>
  );
}
