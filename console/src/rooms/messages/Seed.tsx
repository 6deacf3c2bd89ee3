// Puts an address of one of our own people on the list that tests may go to.
import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay, useMe } from "~/api/me";
import { queries } from "~/api/queries";
import { Failed } from "~/kit";
import { seedsQuery } from "./api";
import { useChannelName } from "./channels";

const CHANNELS = ["email", "sms", "whatsapp", "push", "web_push"];

export function Seed({ channels }: { channels: string[] }) {
  const { t } = useTranslation("messages");
  const me = useMe();
  const channelName = useChannelName();
  const may = useMay("channels.manage");
  const fit = CHANNELS.filter((one) => channels.includes(one));
  const [channel, setChannel] = useState(fit[0] ?? "");
  const [name, setName] = useState(me.name);
  const [address, setAddress] = useState("");
  const add = useMutation({
    mutationFn: async () => {
      const body = { channel, name: name.trim(), address: address.trim() };
      await api.POST("/v1/seeds", { body });
      setAddress("");
      await queries.invalidateQueries({ queryKey: seedsQuery.queryKey });
    },
  });
  if (!may || !fit.length) return null;
  return (
    <details>
      <summary>{t("seed.title")}</summary>
      <Group gap="xs" mt="xs" align="end">
        <NativeSelect
          label={t("seed.channel")}
          value={channel}
          data={fit.map((one) => ({ value: one, label: channelName(one) }))}
          onChange={(event) => setChannel(event.currentTarget.value)}
        />
        <TextInput
          label={t("seed.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t("seed.address")}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Button
          variant="default"
          loading={add.isPending}
          disabled={!name.trim() || !address.trim()}
          onClick={() => add.mutate()}
        >
          {t("seed.add")}
        </Button>
      </Group>
      {add.isError ? <Failed error={add.error} /> : null}
    </details>
  );
}
