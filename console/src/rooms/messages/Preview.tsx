// One text as one person gets it: a mail in its frame, a bubble, a notice on a phone; with its cost.
import { Group, SegmentedControl, Select, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/client";
import { useMay } from "~/api/me";
import { Asked } from "~/kit";
import { peopleQuery, type Reader, type Shown, shownQuery } from "./api";
import { MailPreview } from "./MailPreview";
import classes from "./messages.module.css";
import { Costs, Phone } from "./Phone";
import { type Channel, type Definition, type Language, tidied } from "./shape";

const PAUSE_MS = 350;
const MADE_UP = "Aynur";

interface Props {
  definition: Definition;
  channel: Channel;
  language: Language;
  reader: Reader;
  read: (reader: Reader) => void;
}

export function Preview({ definition, channel, language, reader, read }: Props) {
  const { t, i18n } = useTranslation("messages");
  const fields = definition.variants[channel]?.[language];
  const only = tidied({ ...definition, variants: { [channel]: { [language]: fields ?? {} } } });
  const [asked] = useDebouncedValue(JSON.stringify(only), PAUSE_MS);
  const shown = useQuery({
    ...shownQuery(asked, reader, i18n.language),
    enabled: fields !== undefined,
  });
  const wrong = shown.error instanceof Problem && shown.error.problems.length > 0;
  const stale = shown.data && shown.data.channel !== channel;
  return (
    <section className={`k-card ${classes.told}`} aria-labelledby="message-preview">
      <Group justify="space-between" gap="xs" mb="xs">
        <Title order={2} fz="md" id="message-preview">
          {t("preview.title")}
        </Title>
        <Whom reader={reader} read={read} />
      </Group>
      {!fields ? (
        <Text c="dimmed" size="sm">
          {t("preview.none")}
        </Text>
      ) : wrong ? (
        <Text c="dimmed" size="sm" role="status">
          {t("preview.wrong")}
        </Text>
      ) : (
        <Asked of={shown}>{(found) => (found && !stale ? <One shown={found} definition={definition} /> : null)}</Asked>
      )}
    </section>
  );
}

function One({ shown, definition }: { shown: Shown; definition: Definition }) {
  const { t } = useTranslation("messages");
  if (shown.error) {
    return (
      <Text size="sm" role="status" className={classes.refused}>
        {t("preview.failed", { why: shown.error.message })}
      </Text>
    );
  }
  return (
    <>
      {shown.channel === "email" ? <MailPreview shown={shown} /> : <Phone shown={shown} name={definition.name} />}
      {shown.costs.length ? <Costs shown={shown} /> : null}
      {shown.links.length ? (
        <details className={classes.links}>
          <summary>{t("preview.links", { count: shown.links.length })}</summary>
          <ul>
            {shown.links.map((one, at) => (
              <li key={at}>{one}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  );
}

const NOBODY = " nobody";
const SOMEBODY = " somebody";

/** As whom it is read: somebody with a name, somebody without, or a person we know. */
function Whom({ reader, read }: { reader: Reader; read: (reader: Reader) => void }) {
  const { t } = useTranslation("messages");
  const may = useMay("people.read");
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const found = useQuery({ ...peopleQuery(asked), enabled: may && asked.length > 1 });
  const people = (asked.length > 1 ? (found.data ?? []) : []).map((one) => ({
    value: one.id,
    label: one.name || one.email || one.phone || t("preview.nameless"),
  }));
  const data = [
    { value: SOMEBODY, label: t("preview.somebody", { name: MADE_UP }) },
    { value: NOBODY, label: t("preview.nobody") },
    ...people,
  ];
  const value = reader.person || (reader.name ? SOMEBODY : NOBODY);
  if (reader.person && !people.some((one) => one.value === reader.person)) {
    data.push({ value: reader.person, label: reader.name || t("preview.nameless") });
  }
  if (!may) {
    return (
      <SegmentedControl
        size="xs"
        aria-label={t("preview.as")}
        value={value}
        data={data}
        onChange={(one) => read({ person: "", name: one === SOMEBODY ? MADE_UP : "" })}
      />
    );
  }
  return (
    <Select
      size="xs"
      w={220}
      aria-label={t("preview.as")}
      description={undefined}
      searchable
      allowDeselect={false}
      data={data}
      value={value}
      onSearchChange={setTyped}
      filter={({ options, search }) =>
        options.filter(
          (one) =>
            "value" in one &&
            (people.some((other) => other.value === one.value) ||
              one.value === value ||
              one.value.startsWith(" ") ||
              one.label.includes(search)),
        )
      }
      onChange={(one) => {
        if (!one) return;
        if (one.startsWith(" ")) read({ person: "", name: one === SOMEBODY ? MADE_UP : "" });
        else read({ person: one, name: data.find((other) => other.value === one)?.label ?? "" });
      }}
    />
  );
}
