// Where a new journey begins: one of the ready-made ones, or an empty text.
import { Badge, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fold } from "~/fmt";
import { Asked, Choices, Failed, SideSheet } from "~/kit";
import { keep, libraryQuery } from "./api";
import { rename } from "./edit";

const BLANK = `journey:
  key: new
  name: New
  trigger: {event: Signed Up}
  steps:
    - {key: wait, kind: wait, for: 1 day}
    - {key: end, kind: exit}
`;

export default function Gallery({ close, known }: { close: () => void; known: string[] }) {
  const { t } = useTranslation("journeys");
  const library = useQuery(libraryQuery);
  const go = useNavigate();
  const [name, setName] = useState("");
  const [from, setFrom] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const key = keyOf(name);
  const taken = known.includes(key);
  const begin = async () => {
    setBusy(true);
    setError(undefined);
    const base = library.data?.find((one) => one.key === from)?.text ?? BLANK;
    try {
      await keep(key, rename(base, key, name.trim()), 0);
      await go({ to: "/journeys/$journey", params: { journey: key } });
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
          if (key && !taken) void begin();
        }}
      >
        <Stack gap="md">
          <TextInput
            data-autofocus
            label={t("gallery.name")}
            description={key ? t("gallery.key", { key }) : t("gallery.nameHelp")}
            error={taken ? t("gallery.taken") : undefined}
            value={name}
            maxLength={120}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Asked of={library}>
            {(ready) => (
              <Choices
                label={t("gallery.from")}
                value={from}
                change={setFrom}
                all={[{ key: "", says: t("gallery.blank"), channels: [] as string[] }, ...ready].map(
                  (one) => ({
                    value: one.key,
                    body: (
                      <>
                        <Text>{one.says}</Text>
                        <Group gap={4} mt={one.channels.length ? 4 : 0}>
                          {one.channels.map((channel) => (
                            <Badge key={channel} size="xs" variant="default">
                              {channel}
                            </Badge>
                          ))}
                        </Group>
                      </>
                    ),
                  }),
                )}
              />
            )}
          </Asked>
          {error ? <Failed error={error} /> : null}
          <Group justify="flex-end">
            <Button type="submit" loading={busy} disabled={!key || taken}>
              {t("gallery.begin")}
            </Button>
          </Group>
        </Stack>
      </form>
    </SideSheet>
  );
}

/** The address of a name: letters a to z, digits and dashes. */
function keyOf(name: string): string {
  return fold(name)
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
}
