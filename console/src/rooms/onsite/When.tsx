// Where and when it appears: on which pages, at which moment, from when until when.
import { NumberInput, SegmentedControl, Stack, Switch, TagsInput, Text, TextInput, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import type { FormProps } from "./Editor";
import classes from "./onsite.module.css";
import { clockIn, instantIn, numberOf, type Triggers, USUAL } from "./shape";

export function When({ wanted, put, wrong }: FormProps) {
  const { t } = useTranslation("onsite");
  const { timezone } = useMe();
  const when = wanted.triggers ?? {};
  const set = (part: Triggers) => put({ triggers: bare({ ...when, ...part }) });
  return (
    <Stack gap="md">
      <Title order={2} fz="md">
        {t("when.where")}
      </Title>
      {(["urls", "not_urls"] as const).map((one) => (
        <TagsInput
          key={one}
          label={t(`when.${one}`)}
          description={t(`when.${one}Help`)}
          value={when[one] ?? []}
          error={anyOf(wrong, `/triggers/${one}`, when[one]?.length ?? 0)}
          onChange={(urls) => set({ [one]: urls.length ? urls : undefined })}
        />
      ))}
      <div>
        <Text size="sm" fw={500} mb={4}>
          {t("when.device")}
        </Text>
        <SegmentedControl
          aria-label={t("when.device")}
          className={classes.turn}
          value={when.device ?? ""}
          data={(["", "phone", "desktop"] as const).map((one) => ({ value: one, label: t(`device.${one || "any"}`) }))}
          onChange={(device) => set({ device: device || undefined })}
        />
      </div>
      <div className={classes.pair}>
        {(["basket_min", "basket_max"] as const).map((one) => (
          <NumberInput
            key={one}
            label={t(`when.${one}`)}
            min={0}
            value={when[one] ?? ""}
            error={wrong(`/triggers/${one}`)}
            onChange={(value) => set({ [one]: numberOf(value) })}
          />
        ))}
        <NumberInput
          label={t("when.pages")}
          min={1}
          max={1000}
          allowDecimal={false}
          value={when.pages ?? USUAL.pages}
          error={wrong("/triggers/pages")}
          onChange={(value) => set({ pages: numberOf(value) })}
        />
      </div>
      <Title order={2} fz="md">
        {t("when.moment")}
      </Title>
      <Text size="sm" c="dimmed">
        {t("when.momentHelp")}
      </Text>
      <div className={classes.pair}>
        <NumberInput
          label={t("when.seconds")}
          min={0}
          max={3600}
          allowDecimal={false}
          value={when.seconds ?? ""}
          error={wrong("/triggers/seconds")}
          onChange={(value) => set({ seconds: numberOf(value) })}
        />
        <NumberInput
          label={t("when.scroll")}
          min={1}
          max={100}
          allowDecimal={false}
          value={when.scroll_percent ?? ""}
          error={wrong("/triggers/scroll_percent")}
          onChange={(value) => set({ scroll_percent: numberOf(value) })}
        />
        <TextInput
          label={t("when.event")}
          description={t("when.eventHelp")}
          maxLength={200}
          value={when.event ?? ""}
          error={wrong("/triggers/event")}
          onChange={(event) => set({ event: event.currentTarget.value || undefined })}
        />
      </div>
      <Switch
        label={t("when.exit")}
        checked={when.exit_intent ?? false}
        onChange={(event) => set({ exit_intent: event.currentTarget.checked || undefined })}
      />
      <Title order={2} fz="md">
        {t("when.span")}
      </Title>
      <div className={classes.pair}>
        {(["from", "until"] as const).map((one) => (
          <TextInput
            key={one}
            type="datetime-local"
            label={t(`when.${one}`)}
            description={t(`when.${one}Help`, { zone: timezone })}
            value={clockIn(timezone, wanted[one])}
            error={wrong(`/${one}`)}
            onChange={(event) => put({ [one]: instantIn(timezone, event.currentTarget.value) })}
          />
        ))}
      </div>
    </Stack>
  );
}

/** The problems of a list's entries stand at the list. */
function anyOf(wrong: FormProps["wrong"], path: string, count: number): string | undefined {
  const found = Array.from({ length: count }, (_, at) => wrong(`${path}/${at}`));
  return [wrong(path), ...found].find((one) => one);
}

function bare(triggers: Triggers): Triggers | undefined {
  const kept = Object.entries(triggers).filter(([, value]) => value !== undefined && value !== null);
  return kept.length ? Object.fromEntries(kept) : undefined;
}
