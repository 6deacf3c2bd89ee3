// Pausing, resuming, stopping, and taking a publication back: says whom it touches, then does it.
import { Radio, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { Asked, Confirm } from "~/kit";
import { refresh } from "./api";

export type DeedName = "pause" | "resume" | "stop" | "undo";

interface Props {
  journey: string;
  deed: DeedName;
  /** The live version, so that nobody acts on another one than she sees. */
  live: number;
  name: string;
  close: () => void;
}

export function Deed({ journey, deed, live, name, close }: Props) {
  const { t } = useTranslation("journeys");
  const [timers, setTimers] = useState<"run" | "stop">("run");
  const ask = (plan: boolean) => {
    const header = { "if-match": String(live) };
    const params = { path: { key: journey }, header };
    if (deed === "pause") return api.POST("/v1/journeys/{key}/pause", { params, body: { plan, timers } }); // prettier-ignore
    if (deed === "resume") return api.POST("/v1/journeys/{key}/resume", { params, body: { plan, spread_seconds: 3_600 } }); // prettier-ignore
    if (deed === "stop") return api.POST("/v1/journeys/{key}/stop", { params, body: { plan } });
    return api.POST("/v1/journeys/{key}/undo", { params, body: { plan, people: "stay", gone: {} } }); // prettier-ignore
  };
  const plan = useQuery({
    // Not below the journey's own key: what was planned is not asked again once it is done.
    queryKey: ["deed", journey, deed, live, timers],
    queryFn: async () => take(await ask(true)),
    staleTime: 0,
    gcTime: 0,
  });
  const touches = (
    <Stack gap="sm">
      <Asked of={plan}>{(told) => <Text>{told.said}</Text>}</Asked>
      {deed === "pause" ? (
        <Radio.Group
          label={t("deed.timers")}
          value={timers}
          onChange={(value) => setTimers(value as "run" | "stop")}
        >
          <Stack gap={6} mt={6}>
            <Radio value="run" label={t("deed.run")} />
            <Radio value="stop" label={t("deed.hold")} />
          </Stack>
        </Radio.Group>
      ) : null}
    </Stack>
  );
  return (
    <Confirm
      opened
      close={close}
      title={t(`deed.${deed}Title`, { name })}
      touches={touches}
      {...(deed === "stop" ? { type: journey } : {})}
      word={t(`deed.${deed}`)}
      act={async () => {
        await ask(false);
        await refresh(journey);
      }}
    />
  );
}
