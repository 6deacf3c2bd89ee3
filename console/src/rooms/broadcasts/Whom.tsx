// To whom: a segment or everybody, without some, and how many are held out to compare with.
import { MultiSelect, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { segmentsQuery } from "./api";
import { numberOf, USUAL } from "./shape";
import type { FormProps } from "./Wizard";

const EVERYBODY = " everybody";
const MOST_HELD_OUT = 50;
const MOST_NAME = 200;

export function Whom({ wanted, put, wrong }: FormProps) {
  const { t } = useTranslation("broadcasts");
  const segments = useQuery(segmentsQuery);
  const known = (segments.data ?? []).map((one) => ({ value: one.key, label: one.name }));
  const whom = wanted.everybody ? EVERYBODY : (wanted.segment ?? null);
  return (
    <Stack gap="md">
      <TextInput
        label={t("form.name")}
        description={t("form.key", { key: wanted.key })}
        value={wanted.name}
        maxLength={MOST_NAME}
        error={wrong("/name")}
        onChange={(event) => put({ name: event.currentTarget.value })}
      />
      <Select
        label={t("form.whom")}
        description={t("form.whomHelp")}
        searchable
        data={[{ value: EVERYBODY, label: t("form.everybody") }, ...known]}
        value={whom}
        error={wrong("/segment") ?? wrong("/everybody") ?? (whom ? undefined : wrong(""))}
        onChange={(one) =>
          put(
            one === EVERYBODY
              ? { everybody: true, segment: undefined }
              : { everybody: undefined, segment: one ?? undefined },
          )
        }
      />
      <MultiSelect
        label={t("form.except")}
        description={t("form.exceptHelp")}
        searchable
        clearable
        maxValues={20}
        data={known.filter((one) => one.value !== wanted.segment)}
        value={wanted.except ?? []}
        error={wrong("/except")}
        onChange={(except) => put({ except: except.length ? except : undefined })}
      />
      <NumberInput
        label={t("form.heldOut")}
        description={t("form.heldOutHelp")}
        min={0}
        max={MOST_HELD_OUT}
        allowNegative={false}
        value={wanted.hold_out_percent ?? USUAL.hold_out_percent}
        error={wrong("/hold_out_percent")}
        onChange={(one) => put({ hold_out_percent: numberOf(one) || undefined })}
      />
    </Stack>
  );
}
