// Lines that must stand in messages, such as a legal one: where, and how each language says them.
import { Button, Group, MultiSelect, NativeSelect, SimpleGrid, Text, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "../settings.module.css";
import { CHANNELS, LANGUAGES, type Line } from "./api";

const LAWS = ["", "TR", "AZ", "EU"] as const;
const PURPOSES = ["marketing", "transactional"] as const;
const BLANK: Line = { name: "", says: {} };

interface Props {
  lines: Line[];
  change: (lines: Line[]) => void;
}

export function Lines({ lines, change }: Props) {
  const { t } = useTranslation("settings");
  return (
    <section aria-label={t("guide.lines")} className={classes.voice}>
      <Text fw={550}>{t("guide.lines")}</Text>
      <Text c="dimmed" size="sm">
        {t("guide.linesHelp")}
      </Text>
      <ul className={classes.plain}>
        {lines.map((line, at) => (
          <li key={at} className={classes.line}>
            <Fields line={line} change={(next) => change(lines.with(at, next))} />
            <Group justify="flex-end" mt="xs">
              <Button
                size="xs"
                variant="default"
                aria-label={t("rules.removeOne", { name: line.name })}
                onClick={() => change(lines.toSpliced(at, 1))}
              >
                {t("rules.remove")}
              </Button>
            </Group>
          </li>
        ))}
      </ul>
      <Button size="xs" variant="default" mt="xs" onClick={() => change([...lines, BLANK])}>
        {t("guide.addLine")}
      </Button>
    </section>
  );
}

function Fields({ line, change }: { line: Line; change: (line: Line) => void }) {
  const { t } = useTranslation("settings");
  const channels: Record<string, string> = t("channels.kinds", { returnObjects: true });
  const set = (part: Partial<Line>) => change({ ...line, ...part });
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" mb="sm">
        <TextInput
          label={t("guide.lineName")}
          value={line.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          required
          maxLength={200}
        />
        <NativeSelect
          label={t("guide.law")}
          value={line.law ?? ""}
          onChange={(event) => set({ law: event.currentTarget.value })}
          data={LAWS.map((one) => ({ value: one, label: t(`guide.laws.${one || "all"}`) }))}
        />
        <MultiSelect
          label={t("rules.channels")}
          description={t("rules.allChannels")}
          value={line.channels ?? []}
          onChange={(next) => set({ channels: next })}
          data={CHANNELS.map((value) => ({ value, label: channels[value] ?? value }))}
        />
        <MultiSelect
          label={t("guide.purposes")}
          description={t("guide.allPurposes")}
          value={line.purposes ?? []}
          onChange={(next) => set({ purposes: next })}
          data={PURPOSES.map((value) => ({ value, label: t(`guide.purpose.${value}`) }))}
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        {LANGUAGES.map((language) => (
          <Textarea
            key={language}
            label={t(`guide.in.${language}`)}
            lang={language}
            autosize
            minRows={2}
            value={line.says[language] ?? ""}
            onChange={(event) => {
              const { [language]: _, ...rest } = line.says;
              const said = event.currentTarget.value;
              set({ says: said ? { ...rest, [language]: said } : rest });
            }}
            maxLength={200}
          />
        ))}
      </SimpleGrid>
    </>
  );
}
