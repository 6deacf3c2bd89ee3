// Stop, go on, cancel, change: each says in numbers what it touches.
import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Progress } from "~/api/broadcasts";
import { useMay } from "~/api/me";
import { Confirm, useFmt } from "~/kit";
import { cancel, resume, stop, type Whole } from "./api";

type Deed = "change" | "cancel" | "stop" | "resume";
const MAY: Record<string, Deed[]> = { scheduled: ["change", "cancel"], running: ["stop", "cancel"] };
const REASON = 200;

interface Props {
  whole: Whole;
  now: Progress;
  change: () => void;
}

export function Deeds({ whole, now, change }: Props) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const may: Record<Deed, boolean> = {
    change: useMay("journeys.edit"),
    cancel: useMay("journeys.approve"),
    stop: useMay("sending.stop"),
    resume: useMay("sending.stop"),
  };
  const [asked, setAsked] = useState<Deed | null>(null);
  const [reason, setReason] = useState("");
  const key = whole.key;
  const acts: Record<Deed, () => Promise<void>> = {
    change: async () => change(),
    cancel: () => cancel(key),
    resume: () => resume(key),
    stop: () => stop(key, reason.trim() || t("deed.noReason")),
  };
  const mine: Deed[] = now.stopped ? ["resume", "cancel"] : (MAY[now.status] ?? []);
  const deeds = mine.filter((one) => may[one]);
  if (!deeds.length) return null;
  const deed = asked ?? deeds[0] ?? "change";
  const isRunning = now.status === "running";
  const waiting = now.unplanned + (now.first.states["queued"] ?? 0) + (now.again.states["queued"] ?? 0);
  return (
    <>
      {deeds.map((one) => (
        <Button
          key={one}
          size="sm"
          variant={one === "resume" ? "filled" : "default"}
          onClick={() => (one === "change" ? change() : setAsked(one))}
        >
          {t(one === "cancel" && !isRunning ? "deed.back" : `deed.${one}`)}
        </Button>
      ))}
      <Confirm
        opened={asked !== null}
        close={() => setAsked(null)}
        title={t(deed === "cancel" && !isRunning ? "deed.back" : `deed.${deed}`)}
        touches={
          <Stack gap="sm">
            <Text>
              {t(deed === "cancel" && !isRunning ? "deed.backSays" : `deed.${deed}Says`, {
                name: whole.name,
              })}
            </Text>
            {isRunning ? (
              <Text>
                {t("deed.touches", {
                  waiting: fmt.number(waiting),
                  reached: fmt.number(now.first.reached),
                })}
              </Text>
            ) : null}
            {deed === "stop" ? (
              <TextInput
                label={t("deed.reason")}
                value={reason}
                maxLength={REASON}
                onChange={(event) => setReason(event.currentTarget.value)}
              />
            ) : null}
          </Stack>
        }
        {...(deed === "cancel" && isRunning ? { type: whole.name } : {})}
        word={t(deed === "cancel" && !isRunning ? "deed.back" : `deed.${deed}`)}
        act={() => acts[deed]()}
      />
    </>
  );
}
