// A rule on people inside a journey: its sentence here, the builder of the segments in a sheet.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence, SideSheet, useFmt } from "~/kit";
import { previewQuery } from "../segments/api";
import { Builder } from "../segments/Builder";
import type { Node } from "../segments/tree";
import { useSettingWord } from "./kinds";
import { below } from "./places";
import { Fault, type SettingProps } from "./Setting";

export default function Rule({ field, path, value, faults, put, begin }: SettingProps & { begin: unknown }) {
  const { t, i18n } = useTranslation("journeys");
  const fmt = useFmt();
  const word = useSettingWord();
  const [opened, open] = useState(false);
  const label = word(field.name);
  const tree = value as Node | undefined;
  const told = useQuery({
    ...previewQuery(JSON.stringify({ tree }), i18n.language, 0),
    enabled: tree !== undefined,
  });
  const mine = below(faults, path);
  const drawn = mine.map((one) => ({
    path: one.path.slice(path.length).map((part) => `/${part}`).join(""),
    message: one.what,
  })); // prettier-ignore
  return (
    <Stack gap={4} role="group" aria-label={label}>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      {tree && told.data ? <Sentence text={told.data.sentence} /> : null}
      {tree && told.data ? (
        <Text size="sm" c="dimmed">
          {t("rule.people", { people: fmt.number(told.data.count) })}
        </Text>
      ) : null}
      {opened ? null : mine.map((one) => <Fault key={one.what} of={one} />)}
      <Group gap="xs">
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            if (!tree) put(path, begin);
            open(true);
          }}
        >
          {tree ? t("rule.edit") : t("panel.set", { setting: label })}
        </Button>
        {tree && !field.required ? (
          <Button size="compact-sm" variant="subtle" onClick={() => put(path, undefined)}>
            {t("panel.drop")}
          </Button>
        ) : null}
      </Group>
      <SideSheet opened={opened && !!tree} close={() => open(false)} title={label} size={760}>
        {tree ? <Builder tree={tree} faults={drawn} change={(next) => put(path, next)} /> : null}
      </SideSheet>
    </Stack>
  );
}
