// A new broadcast: to whom, which message, by which channels, when. It is a draft until it is started.
import {
  Button, Checkbox, Group, MultiSelect, NumberInput, SegmentedControl, Select, Stack, Text, TextInput,
} from "@mantine/core"; // prettier-ignore
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { fold } from "~/fmt";
import { Failed, SideSheet, UnsavedGuard, useDraft } from "~/kit";
import { keep, messagesQuery, segmentsQuery, type Wanted } from "./api";

const MOST_NAME = 200;
const MOST_HELD_OUT = 50;
const EVERYBODY = " everybody";

interface Form {
  name: string;
  whom: string | null;
  message: string | null;
  channels: string[];
  when: "now" | "time" | "best";
  at: string;
  local: boolean;
  heldOut: number | string;
}
const BLANK: Form = {
  name: "", whom: null, message: null, channels: [], when: "now", at: "", local: false, heldOut: 0,
}; // prettier-ignore

interface Props {
  known: string[];
  close: () => void;
  made: (key: string) => void;
}

export default function New({ known, close, made }: Props) {
  const { t } = useTranslation("broadcasts");
  const me = useMe();
  const segments = useQuery(segmentsQuery);
  const messages = useQuery(messagesQuery);
  const draft = useDraft<Form>("broadcast", BLANK, "");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const form = draft.value;
  const put = (part: Partial<Form>) => draft.change({ ...form, ...part });
  const key = keyOf(fold(form.name));
  const taken = known.includes(key);
  const said = messages.data?.find((one) => one.key === form.message);
  const whole = key && !taken && form.whom && form.message && (form.when !== "time" || form.at);
  const go = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await keep(wantedOf(key, form));
      draft.done();
      made(key);
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <SideSheet opened close={close} title={t("new")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (whole) void go();
        }}
      >
        <UnsavedGuard draft={draft} />
        <Stack gap="md">
          <TextInput
            data-autofocus
            label={t("form.name")}
            description={key ? t("form.key", { key }) : t("form.nameHelp")}
            error={taken ? t("form.taken") : undefined}
            value={form.name}
            maxLength={MOST_NAME}
            onChange={(event) => put({ name: event.currentTarget.value })}
          />
          <Select
            label={t("form.whom")}
            searchable
            data={[
              { value: EVERYBODY, label: t("form.everybody") },
              ...(segments.data ?? []).map((one) => ({ value: one.key, label: one.name })),
            ]}
            value={form.whom}
            onChange={(whom) => put({ whom })}
          />
          <Select
            label={t("form.message")}
            searchable
            data={(messages.data ?? []).map((one) => ({ value: one.key, label: one.name }))}
            value={form.message}
            onChange={(message) => put({ message, channels: [] })}
          />
          {said ? (
            <MultiSelect
              label={t("form.channels")}
              description={t("form.channelsHelp")}
              data={said.channels.map((one) => ({
                value: one,
                label: t(`channel.${one as "email"}`),
              }))}
              value={form.channels}
              onChange={(channels) => put({ channels })}
            />
          ) : null}
          <Stack gap={6}>
            <Text fw={500} size="sm">
              {t("form.when")}
            </Text>
            <SegmentedControl
              aria-label={t("form.when")}
              value={form.when}
              data={(["now", "time", "best"] as const).map((one) => ({
                value: one,
                label: t(`form.${one}`),
              }))}
              onChange={(when) => put({ when: when as Form["when"] })}
            />
            {form.when === "time" ? (
              <>
                <TextInput
                  type="datetime-local"
                  label={t("form.at")}
                  description={t("form.atHelp", { zone: me.timezone })}
                  value={form.at}
                  onChange={(event) => put({ at: event.currentTarget.value })}
                />
                <Checkbox
                  label={t("form.local")}
                  checked={form.local}
                  onChange={(event) => put({ local: event.currentTarget.checked })}
                />
              </>
            ) : (
              <Text size="sm" c="dimmed">
                {t(form.when === "best" ? "form.bestSays" : "form.nowSays")}
              </Text>
            )}
          </Stack>
          <NumberInput
            label={t("form.heldOut")}
            description={t("form.heldOutHelp")}
            min={0}
            max={MOST_HELD_OUT}
            value={form.heldOut}
            onChange={(heldOut) => put({ heldOut })}
          />
          {error ? <Failed error={error} /> : null}
          <Group justify="flex-end">
            <Button type="submit" loading={busy} disabled={!whole}>
              {t("form.go")}
            </Button>
          </Group>
        </Stack>
      </form>
    </SideSheet>
  );
}

function wantedOf(key: string, form: Form): Wanted {
  const heldOut = Number(form.heldOut) || 0;
  return {
    key,
    name: form.name.trim(),
    message: form.message ?? "",
    at: form.when === "time" ? form.at : form.when,
    ...(form.whom === EVERYBODY ? { everybody: true } : { segment: form.whom ?? "" }),
    ...(form.channels.length ? { channels: form.channels } : {}),
    ...(form.when === "time" && form.local ? { local: true } : {}),
    ...(form.when === "best" ? { best: {} } : {}),
    ...(heldOut ? { hold_out_percent: heldOut } : {}),
  };
}

/** The key of a name: small letters, digits and dashes. */
function keyOf(folded: string): string {
  return folded
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
}
