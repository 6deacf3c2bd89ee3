// What lets people in: one of several kinds, each with the settings that the schema gives it.
import { NativeSelect, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useHintWord, useOptionWord, useSettingWord } from "./kinds";
import { at } from "./places";
import { Fault, Fields, Setting, type SettingProps } from "./Setting";

const BEGIN: Record<string, unknown> = {
  event: "Order Completed",
  segment_entered: "",
  segment_left: "",
  schedule: { segment: "", every: "week", on: ["mon"], at: "10:00" },
  date: { field: "birthday", days: 0, at: "10:00" },
  called: true,
  catalogue: { change: "price_drop", by: 0.1 },
  message: { keywords: [""] },
};

export function Trigger({ field, path, value, faults, put }: SettingProps) {
  const { t } = useTranslation("journeys");
  const word = useSettingWord();
  const option = useOptionWord();
  const hint = useHintWord();
  const said = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const kind = field.options.find((one) => said[one] !== undefined) ?? field.options[0] ?? "";
  const own = field.fields.find((one) => one.name === kind);
  // What belongs to no kind of its own, such as the conditions, goes with an event.
  const others = field.fields.filter((one) => !field.options.includes(one.name));
  return (
    <Stack gap={8} role="group" aria-label={word(field.name)}>
      <NativeSelect
        label={t("panel.trigger")}
        value={kind}
        data={field.options.map((one) => ({ value: one, label: option(`by_${one}`) }))}
        onChange={(event) => {
          const next = event.currentTarget.value;
          put(path, { [next]: BEGIN[next] ?? {} });
        }}
      />
      <Text size="sm" c="dimmed">
        {hint(`by_${kind}`)}
      </Text>
      {at(faults, path).map((one) => (
        <Fault key={one.what} of={one} />
      ))}
      {own?.form === "group" ? (
        <Fields field={own} path={[...path, kind]} value={said[kind]} faults={faults} put={put} />
      ) : null}
      {own && own.form !== "group" && own.form !== "truth" ? (
        <Setting
          field={{ ...own, required: true }}
          path={[...path, kind]}
          value={said[kind]}
          faults={faults}
          put={put}
        />
      ) : null}
      {kind === "event"
        ? others.map((one) => (
            <Setting
              key={one.name}
              field={one}
              path={[...path, one.name]}
              value={said[one.name]}
              faults={faults}
              put={put}
            />
          ))
        : null}
    </Stack>
  );
}
