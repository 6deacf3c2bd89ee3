// Where a new segment begins: a template with its values, an empty tree, or a list from outside.
import {
  Button, Group, NumberInput, Stack, TagsInput, Text, TextInput,
} from "@mantine/core"; // prettier-ignore
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { fold } from "~/fmt";
import { Asked, Choices, Failed, SideSheet } from "~/kit";
import { type Offer, refresh, templatesQuery } from "./api";
import { keyOf, type Node } from "./tree";

type Value = number | string | string[];
const EMPTY = "";
const LIST = " list";

interface Props {
  close: () => void;
  known: string[];
  /** A rule that is chosen already: no template is asked for. */
  given?: { name: string; tree: Node };
}

export default function New({ close, known, given }: Props) {
  const { t, i18n } = useTranslation("segments");
  const templates = useQuery(templatesQuery(i18n.language));
  const go = useNavigate();
  const [name, setName] = useState(given?.name ?? "");
  const [from, setFrom] = useState(EMPTY);
  const [values, setValues] = useState<Record<string, Value>>({});
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const key = keyOf(fold(name));
  const taken = known.includes(key);
  const begin = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const about = given
        ? { tree: given.tree }
        : from === LIST
          ? { sort: "list" as const }
          : from === EMPTY
            ? { tree: { kind: "all", of: [] } }
            : { template: from, values };
      const made = take(await api.POST("/v1/segments", { body: { key, name: name.trim(), ...about } }));
      void refresh();
      await go({ to: `/segments/${made?.key ?? key}` as string });
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  const choose = (one: string) => {
    setFrom(one);
    setValues({});
    const offer = templates.data?.find((other) => other.key === one);
    if (offer && !name.trim()) setName(offer.name);
  };
  const beginnings = [
    { key: EMPTY, name: t("begin.empty"), description: t("begin.emptyHelp") },
    { key: LIST, name: t("begin.list"), description: t("begin.listHelp") },
    ...(templates.data ?? []),
  ];
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
            label={t("begin.name")}
            description={key ? t("begin.key", { key }) : t("begin.nameHelp")}
            error={taken ? t("begin.taken") : undefined}
            value={name}
            maxLength={120}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {given ? (
            <Text size="sm" c="dimmed">
              {t("begin.given")}
            </Text>
          ) : (
            <Asked of={templates}>
              {() => (
                <Choices
                  label={t("begin.from")}
                  value={from}
                  change={choose}
                  all={beginnings.map((one) => ({
                    value: one.key,
                    body: (
                      <>
                        <Text fw={600}>{one.name}</Text>
                        <Text size="sm" c="dimmed">
                          {one.description}
                        </Text>
                      </>
                    ),
                  }))}
                />
              )}
            </Asked>
          )}
          {templates.data
            ?.find((one) => one.key === from)
            ?.values.map((one) => (
              <Place
                key={one.name}
                place={one}
                value={values[one.name] ?? one.usual ?? undefined}
                change={(value) => setValues((before) => ({ ...before, [one.name]: value }))}
              />
            ))}
          {error ? <Failed error={error} /> : null}
          <Group justify="flex-end">
            <Button type="submit" loading={busy} disabled={!key || taken}>
              {t("begin.go")}
            </Button>
          </Group>
        </Stack>
      </form>
    </SideSheet>
  );
}

interface PlaceProps {
  place: Offer["values"][number];
  value: Value | undefined;
  change: (value: Value) => void;
}

function Place({ place, value, change }: PlaceProps) {
  if (place.sort === "number") {
    return (
      <NumberInput
        label={place.title}
        value={value as number | undefined}
        min={place.least}
        max={place.most}
        onChange={(next) => change(next)}
      />
    );
  }
  if (place.sort === "texts") {
    return <TagsInput label={place.title} value={(value as string[]) ?? []} onChange={change} />;
  }
  return (
    <TextInput
      label={place.title}
      value={(value as string) ?? ""}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
