// When: at once, at a time, on each person's own clock, at her best hour; spread over hours.
import { Checkbox, NumberInput, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { now, todayIn } from "~/api/clock";
import { useMe } from "~/api/me";
import { messagesQuery } from "./api";
import classes from "./broadcasts.module.css";
import { type Best, clockOf, numberOf, USUAL, type Wanted } from "./shape";
import type { FormProps } from "./Wizard";

const DAY_MS = 86_400_000;
const WAYS = ["now", "time", "local", "best"] as const;
type Way = (typeof WAYS)[number];

function wayOf({ at = "now", local }: Wanted): Way {
  if (at === "now" || at === "best") return at;
  return local ? "local" : "time";
}

export function When(form: FormProps) {
  const { wanted, put, wrong } = form;
  const { t } = useTranslation("broadcasts");
  const me = useMe();
  const way = wayOf(wanted);
  const said = clockOf(wanted.at);
  const turn = (next: Way) => {
    const time = said ? `${said.day}T${said.time}` : `${todayIn(me.timezone, now() + DAY_MS)}T10:00`;
    put({
      at: next === "now" ? undefined : next === "best" ? "best" : time,
      local: next === "local" || undefined,
      best: next === "best" ? (wanted.best ?? {}) : undefined,
    });
  };
  return (
    <Stack gap="md">
      <SegmentedControl
        className={classes.turn}
        aria-label={t("form.when")}
        value={way}
        data={WAYS.map((one) => ({ value: one, label: t(`when.${one}`) }))}
        onChange={(one) => turn(one as Way)}
      />
      <Text size="sm" c="dimmed">
        {t(`when.${way}Says`, { zone: me.timezone })}
      </Text>
      {way === "time" || way === "local" ? (
        <TextInput
          className={classes.short}
          type="datetime-local"
          label={t("form.at")}
          description={way === "time" ? t("form.atHelp", { zone: me.timezone }) : t("when.localHelp")}
          value={said ? `${said.day}T${said.time}` : ""}
          error={wrong("/at") ?? wrong("/local")}
          onChange={(event) => put({ at: event.currentTarget.value || undefined })}
        />
      ) : null}
      {way === "best" ? <BestHour {...form} best={wanted.best ?? {}} /> : null}
      <div className={classes.pair}>
        <NumberInput
          label={t("when.spread")}
          description={t("when.spreadHelp")}
          min={0}
          max={168}
          decimalScale={1}
          value={wanted.spread_hours ?? USUAL.spread_hours}
          error={wrong("/spread_hours")}
          onChange={(one) => put({ spread_hours: numberOf(one) || undefined })}
        />
        <NumberInput
          label={t("when.expires")}
          description={t("when.expiresHelp")}
          min={0.01}
          max={720}
          decimalScale={2}
          value={wanted.expires_hours ?? USUAL.expires_hours}
          error={wrong("/expires_hours")}
          onChange={(one) => put({ expires_hours: numberOf(one) })}
        />
        <NumberInput
          label={t("when.priority")}
          description={t("when.priorityHelp")}
          min={0}
          max={9}
          allowDecimal={false}
          value={wanted.priority ?? USUAL.priority}
          error={wrong("/priority")}
          onChange={(one) => put({ priority: numberOf(one) })}
        />
      </div>
    </Stack>
  );
}

function BestHour({ wanted, put, wrong, best }: FormProps & { best: Best }) {
  const { t } = useTranslation("broadcasts");
  const messages = useQuery(messagesQuery);
  const channels = messages.data?.find((one) => one.key === wanted.message)?.channels ?? [];
  const set = (part: Partial<Best>) => put({ best: { ...best, ...part } });
  return (
    <>
      <div className={classes.pair}>
        {(["from", "until"] as const).map((one) => (
          <TextInput
            key={one}
            type="time"
            label={t(`when.${one}`)}
            value={best[one] ?? USUAL[one]}
            error={wrong(`/best/${one}`)}
            onChange={(event) => set({ [one]: event.currentTarget.value || undefined })}
          />
        ))}
      </div>
      {channels.length > 1 || wanted.test || best.channel ? (
        <Checkbox
          label={t("when.channel")}
          checked={best.channel ?? false}
          onChange={(event) => set({ channel: event.currentTarget.checked || undefined })}
        />
      ) : null}
      {best.channel ? (
        <NumberInput
          className={classes.short}
          label={t("when.explore")}
          description={t("when.exploreHelp")}
          min={0}
          max={50}
          value={best.explore_percent ?? USUAL.explore_percent}
          error={wrong("/best/explore_percent")}
          onChange={(one) => set({ explore_percent: numberOf(one) })}
        />
      ) : null}
    </>
  );
}
