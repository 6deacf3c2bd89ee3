// Conditions on the properties of an event: a property, how it compares, and with what.
import { ActionIcon, Button, Group, NativeSelect, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ValueInput, valueOf } from "./inputs";
import { useOptionWord, useSettingWord } from "./kinds";
import { below } from "./places";
import { Fault, type SettingProps } from "./Setting";

type Condition = Record<string, unknown>;

export function Conditions({ field, path, value, faults, put }: SettingProps) {
  const { t } = useTranslation("journeys");
  const word = useSettingWord();
  const option = useOptionWord();
  const operators = field.fields.filter((one) => one.name !== "property");
  const all = (Array.isArray(value) ? value : value ? [value] : []) as Condition[];
  const write = (next: Condition[]) => put(path, next.length ? next : undefined);
  const label = word("where");
  return (
    <Stack gap={6} role="group" aria-label={label}>
      {all.length ? (
        <Text size="sm" fw={500}>
          {label}
        </Text>
      ) : null}
      {all.map((one, place) => {
        const operator = operators.find((other) => one?.[other.name] !== undefined) ?? operators[0];
        const name = operator?.name ?? "eq";
        const change = (part: Condition) => write(all.with(place, { ...one, ...part }));
        return (
          <Stack key={place} gap={4}>
            <Group gap={4} wrap="nowrap">
              <TextInput
                flex={1}
                aria-label={word("property")}
                placeholder={word("property")}
                value={String(one?.property ?? "")}
                onChange={(event) => change({ property: event.currentTarget.value })}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("panel.without", { setting: String(one?.property || label) })}
                onClick={() => write(all.filter((_, other) => other !== place))}
              >
                <IconX size={14} aria-hidden />
              </ActionIcon>
            </Group>
            <Group gap={4} wrap="nowrap" align="flex-start">
              <NativeSelect
                aria-label={t("panel.compares")}
                value={name}
                data={operators.map((other) => ({ value: other.name, label: option(other.name) }))}
                onChange={(event) => {
                  const next = operators.find((other) => other.name === event.currentTarget.value);
                  const before = one?.[name];
                  const plain = Array.isArray(before) ? (before[0] as unknown) : before;
                  const said =
                    next?.form === "truth" ? true : next?.form === "list" ? [plain ?? ""] : typeof plain === "boolean" ? "" : (plain ?? "");
                  write(all.with(place, { property: one?.property ?? "", [next?.name ?? "eq"]: said }));
                }}
              />
              {operator?.form === "list" ? (
                <TagsInput
                  flex={1}
                  aria-label={word("value")}
                  value={(Array.isArray(one[name]) ? one[name] : [one[name] ?? ""]).map(String)}
                  onChange={(next) => change({ [name]: next.map(valueOf) })}
                />
              ) : operator?.form === "truth" ? (
                <NativeSelect
                  flex={1}
                  aria-label={word("value")}
                  value={String(one[name])}
                  data={["true", "false"].map((other) => ({ value: other, label: option(other) }))}
                  onChange={(event) => change({ [name]: event.currentTarget.value === "true" })}
                />
              ) : (
                <ValueInput
                  label={word("value")}
                  required={false}
                  value={one?.[name]}
                  fault={undefined}
                  put={(next) => change({ [name]: next })}
                />
              )}
            </Group>
            {below(faults, [...path, place]).map((fault) => (
              <Fault key={fault.what} of={fault} />
            ))}
          </Stack>
        );
      })}
      <Group>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => write([...all, { property: "", eq: "" }])}
        >
          {t("panel.condition")}
        </Button>
      </Group>
    </Stack>
  );
}
