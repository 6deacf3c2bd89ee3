// Whom it is for, how often she sees it, and what counts as having worked.
import { NativeSelect, NumberInput, Select, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { brandsQuery, segmentsQuery } from "./api";
import type { FormProps } from "./Editor";
import classes from "./onsite.module.css";
import { type Frequency, numberOf, type Often, USUAL } from "./shape";

export function Whom({ wanted, put, wrong, doubtful }: FormProps) {
  const { t } = useTranslation("onsite");
  const segments = useQuery(segmentsQuery);
  const often = wanted.frequency ?? {};
  const set = (part: Frequency) => put({ frequency: { ...often, ...part } });
  const limit = (which: "device" | "person", part: Partial<Often>) => {
    const now = { times: often[which]?.times, days: often[which]?.days, ...part };
    set({ [which]: now.times ? { times: now.times, days: now.days ?? 0 } : undefined });
  };
  return (
    <Stack gap="md">
      <Select
        label={t("whom.audience")}
        description={t("whom.audienceHelp")}
        placeholder={t("everybody")}
        searchable
        clearable
        data={(segments.data ?? []).map((one) => ({ value: one.key, label: one.name }))}
        value={wanted.audience || null}
        error={wrong("/audience")}
        onChange={(audience) => put({ audience: audience ?? undefined })}
      />
      <Select
        label={t("whom.purpose")}
        allowDeselect={false}
        data={(["marketing", "service"] as const).map((one) => ({ value: one, label: t(`purpose.${one}`) }))}
        value={wanted.purpose ?? "marketing"}
        onChange={(one) => put({ purpose: one === "marketing" ? undefined : (one ?? undefined) })}
      />
      {(wanted.purpose ?? "marketing") === "marketing" ? (
        <Switch
          label={t("whom.before")}
          description={t("whom.beforeHelp")}
          checked={wanted.before_consent ?? false}
          onChange={(event) => put({ before_consent: event.currentTarget.checked || undefined })}
        />
      ) : null}
      <Title order={2} fz="md">
        {t("often.title")}
      </Title>
      <Text size="sm" c="dimmed">
        {t("often.says")}
      </Text>
      {(["device", "person"] as const).map((one) => (
        <div key={one} className={classes.pair} role="group" aria-label={t(`often.${one}`)}>
          <NumberInput
            label={t(`often.${one}`)}
            description={t(`often.${one}Help`)}
            min={1}
            max={1000}
            allowDecimal={false}
            value={often[one]?.times ?? ""}
            error={wrong(`/frequency/${one}/times`)}
            onChange={(times) => limit(one, { times: numberOf(times) ?? 0 })}
          />
          <NumberInput
            label={t("often.days")}
            description={t("often.daysHelp")}
            min={0}
            max={3650}
            allowDecimal={false}
            disabled={!often[one]}
            value={often[one]?.days ?? 0}
            error={wrong(`/frequency/${one}/days`)}
            onChange={(days) => limit(one, { days: numberOf(days) ?? 0 })}
          />
        </div>
      ))}
      <NumberInput
        className={classes.short}
        label={t("often.close")}
        min={0}
        max={3650}
        allowDecimal={false}
        value={often.after_close_days ?? USUAL.after_close_days}
        error={wrong("/frequency/after_close_days")}
        onChange={(days) => set({ after_close_days: numberOf(days) })}
      />
      <Switch
        label={t("often.again")}
        checked={often.after_conversion ?? false}
        onChange={(event) => set({ after_conversion: event.currentTarget.checked || undefined })}
      />
      <Title order={2} fz="md">
        {t("goal.title")}
      </Title>
      <div className={classes.pair}>
        <TextInput
          label={t("goal.event")}
          description={t("goal.eventHelp")}
          maxLength={200}
          value={wanted.goal?.event ?? ""}
          error={wrong("/goal") ?? wrong("/goal/event")}
          onChange={(event) => {
            const name = event.currentTarget.value;
            put({ goal: name ? { ...wanted.goal, event: name } : undefined });
          }}
        />
        <NumberInput
          label={t("goal.hours")}
          min={1}
          max={2160}
          allowDecimal={false}
          disabled={!wanted.goal}
          value={wanted.goal?.hours ?? USUAL.hours}
          error={wrong("/goal/hours")}
          onChange={(hours) => {
            const many = numberOf(hours);
            if (wanted.goal && many) put({ goal: { ...wanted.goal, hours: many } });
          }}
        />
      </div>
      {doubtful("/goal") ? (
        <Text size="sm" className={classes.doubt} role="status">
          {doubtful("/goal")}
        </Text>
      ) : null}
      <Brand wanted={wanted} put={put} wrong={wrong} />
      <NumberInput
        className={classes.short}
        label={t("whom.priority")}
        description={t("whom.priorityHelp")}
        min={0}
        max={1000}
        allowDecimal={false}
        value={wanted.priority ?? USUAL.priority}
        error={wrong("/priority")}
        onChange={(one) => put({ priority: numberOf(one) })}
      />
    </Stack>
  );
}

/** In whose name it speaks, where there is more than one. */
function Brand({ wanted, put, wrong }: Pick<FormProps, "wanted" | "put" | "wrong">) {
  const { t } = useTranslation("onsite");
  const found = useQuery(brandsQuery);
  const brands = Object.entries(found.data ?? {}).filter(([key]) => key);
  const mine = wanted.brand ?? "";
  if (!brands.length && !mine) return null;
  const isKnown = !mine || brands.some(([key]) => key === mine);
  return (
    <NativeSelect
      className={classes.short ?? ""}
      label={t("form.brand")}
      description={t("form.brandHelp")}
      value={mine}
      error={wrong("/brand")}
      data={[
        { value: "", label: t("form.brandNone") },
        ...brands.map(([key, one]) => ({ value: key, label: one.title || key })),
        ...(isKnown ? [] : [mine]),
      ]}
      onChange={(event) => put({ brand: event.currentTarget.value || undefined })}
    />
  );
}
