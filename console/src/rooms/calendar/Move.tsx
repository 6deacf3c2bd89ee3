// A broadcast goes to another day: says what that means before it is done; the second of two is told.
import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Failed, useFmt } from "~/kit";
import { move, type Sent } from "./api";
import { isDay } from "./days";

interface Props {
  one: Sent;
  /** The day it was dropped on; today's day is chosen in the dialog otherwise. */
  day: string;
  today: string;
  /** Names of the holidays that are known of a day. */
  holidaysOf: (day: string) => string[];
  close: () => void;
}

export function Move({ one, day: dropped, today, holidaysOf, close }: Props) {
  const { t } = useTranslation("calendar");
  const fmt = useFmt();
  const mayStart = useMay("journeys.approve");
  const [day, setDay] = useState(dropped);
  const [again, setAgain] = useState(true);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const started = one.status === "scheduled";
  const said = (at: string) => fmt.date(at, "long");
  const past = isDay(day) && day < today;
  const feasts = isDay(day) ? holidaysOf(day) : [];
  const isReady = isDay(day) && !past && day !== one.day;
  const go = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await move(one, day, started && mayStart && again);
      close();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={close}
      title={t("move.title", { name: one.name })}
      closeButtonProps={{ "aria-label": t("move.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void go();
        }}
      >
        <Stack gap="sm">
          <TextInput
            data-autofocus
            type="date"
            label={t("move.day")}
            min={today}
            value={day}
            error={past ? t("move.past") : undefined}
            onChange={(event) => setDay(event.currentTarget.value)}
          />
          {isReady ? (
            <Text>
              {t(one.local ? "move.saysLocal" : "move.says", {
                from: said(one.day),
                to: said(day),
                time: one.time,
              })}
            </Text>
          ) : null}
          {feasts.length ? <Text>{t("move.holiday", { names: fmt.list(feasts) })}</Text> : null}
          {started ? <Text>{t("move.started")}</Text> : null}
          {started && mayStart ? (
            <Checkbox
              label={t("move.again")}
              checked={again}
              onChange={(event) => setAgain(event.currentTarget.checked)}
            />
          ) : null}
          {error ? <Failed error={error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("move.leave")}
            </Button>
            <Button type="submit" loading={busy} disabled={!isReady}>
              {t("move.go")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
