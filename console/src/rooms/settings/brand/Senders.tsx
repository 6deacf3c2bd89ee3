// The names that may speak, by channel; a channel without any lets everybody speak.
import { Button, Group, NativeSelect, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "../settings.module.css";
import { CHANNELS, type Sender } from "./api";

interface Props {
  senders: Record<string, Sender[]>;
  change: (senders: Record<string, Sender[]>) => void;
}
type Row = [channel: string, sender: Sender];

export function Senders({ senders, change }: Props) {
  const { t } = useTranslation("settings");
  const channels: Record<string, string> = t("channels.kinds", { returnObjects: true });
  const rows: Row[] = Object.entries(senders).flatMap(([channel, all]) =>
    all.map((one): Row => [channel, one]),
  );
  const write = (next: Row[]) => {
    const all: Record<string, Sender[]> = {};
    for (const [channel, one] of next) (all[channel] ??= []).push(one);
    change(all);
  };
  return (
    <section aria-label={t("guide.senders")} className={classes.voice}>
      <Text fw={550}>{t("guide.senders")}</Text>
      <Text c="dimmed" size="sm" mb={6}>
        {t("guide.sendersHelp")}
      </Text>
      {rows.map(([channel, sender], at) => (
        <Group key={at} gap="sm" align="flex-end" mb={6}>
          <NativeSelect
            label={t("guide.channel")}
            value={channel}
            onChange={(event) => write(rows.with(at, [event.currentTarget.value, sender]))}
            data={[...new Set<string>([...CHANNELS, channel])].map((value) => ({
              value,
              label: channels[value] ?? value,
            }))}
          />
          <TextInput
            label={t("guide.senderName")}
            value={sender.name}
            onChange={(event) =>
              write(rows.with(at, [channel, { ...sender, name: event.currentTarget.value }]))
            }
            required
            maxLength={200}
          />
          <TextInput
            label={t("guide.senderAddress")}
            value={sender.address ?? ""}
            onChange={(event) =>
              write(rows.with(at, [channel, { ...sender, address: event.currentTarget.value }]))
            }
            maxLength={200}
          />
          <Button
            variant="default"
            aria-label={t("rules.removeOne", { name: sender.name })}
            onClick={() => write(rows.toSpliced(at, 1))}
          >
            {t("rules.remove")}
          </Button>
        </Group>
      ))}
      <Button
        size="xs"
        variant="default"
        onClick={() => write([...rows, ["email", { name: "", address: "" }]])}
      >
        {t("guide.addSender")}
      </Button>
    </section>
  );
}
