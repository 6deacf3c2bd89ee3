// The rehearsal: what this text would have done in a past window, played over the real history.
import { Button, Checkbox, Group, Progress, Select, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { now, todayIn } from "~/api/clock";
import { useMe } from "~/api/me";
import { queries } from "~/api/queries";
import { Empty, Failed, useFmt } from "~/kit";
import { rehearsalQuery, versionsQuery } from "./api";
import { RehearsedBoth } from "./RehearsedBoth";
import { RehearsedReport } from "./RehearsedReport";

const DAY_MS = 86_400_000;

interface Props {
  journey: string;
  text: string;
  isOut: boolean;
}

export default function Rehearse({ journey, text, isOut }: Props) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const zone = useMe().timezone;
  const [from, setFrom] = useState(() => todayIn(zone, now() - 30 * DAY_MS));
  const [to, setTo] = useState(() => todayIn(zone));
  const [others, setOthers] = useState(false);
  const [against, setAgainst] = useState<string | null>(null);
  const [error, setError] = useState<unknown>();
  const [id, setId] = useState<string>();
  const versions = useQuery({ ...versionsQuery(journey), enabled: isOut });
  const told = useQuery({ ...rehearsalQuery(id ?? ""), enabled: id !== undefined });
  const busy = id !== undefined && (told.isPending || told.data?.state === "running");
  const play = async () => {
    setError(undefined);
    try {
      const body = {
        journey: text, from: `${from}T00:00:00`, to: `${to}T00:00:00`, against, others, sample: 10,
        seed: 1,
      }; // prettier-ignore
      setId(take(await api.POST("/v1/rehearsals", { body })).id);
    } catch (problem) {
      setError(problem);
    }
  };
  const stop = async () => {
    if (id) await api.DELETE("/v1/rehearsals/{rehearsal}", { params: { path: { rehearsal: id } } });
    queries.removeQueries({ queryKey: rehearsalQuery(id ?? "").queryKey });
    setId(undefined);
  };
  const choices = [
    { value: "live", label: t("rehearse.live") },
    ...(versions.data ?? []).map((one) => ({
      value: String(one.version),
      label: t("report.version", { version: one.version }),
    })),
  ];
  return (
    <Stack gap="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void play();
        }}
      >
        <Group align="flex-end" gap="sm">
          <TextInput
            type="date"
            label={t("rehearse.from")}
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            type="date"
            label={t("rehearse.to", { zone })}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          {isOut ? (
            <Select
              label={t("rehearse.against")}
              placeholder={t("rehearse.nothing")}
              data={choices}
              value={against}
              onChange={setAgainst}
              clearable
              clearButtonProps={{ "aria-label": t("rehearse.nothing") }}
            />
          ) : null}
          <Checkbox
            label={t("rehearse.others")}
            checked={others}
            onChange={(event) => setOthers(event.currentTarget.checked)}
            mb={8}
          />
          {busy ? (
            <Button variant="default" onClick={() => void stop()}>
              {t("rehearse.stop")}
            </Button>
          ) : (
            <Button type="submit">{t("rehearse.go")}</Button>
          )}
        </Group>
      </form>
      {busy ? (
        <Stack gap={4} role="status">
          <Text>{t("rehearse.playing", { share: fmt.percent(told.data?.share ?? 0, 0) })}</Text>
          <Progress value={(told.data?.share ?? 0) * 100} aria-label={t("rehearse.go")} />
        </Stack>
      ) : null}
      {error ? <Failed error={error} again={() => void play()} /> : null}
      {told.isError ? <Failed error={told.error} again={() => void play()} /> : null}
      {told.data?.problem ? <Text role="alert">{told.data.problem}</Text> : null}
      {told.data?.report ? <RehearsedReport report={told.data.report} /> : null}
      {told.data?.comparison ? <RehearsedBoth both={told.data.comparison} /> : null}
      {id === undefined && !error ? (
        <Empty title={t("rehearse.none")}>{t("rehearse.noneHelp")}</Empty>
      ) : null}
    </Stack>
  );
}
