// One text of a message: the fields of its channel in one language, or how to begin it.
import { ActionIcon, Alert, Button, Group, Menu, Stack, Text, Title } from "@mantine/core";
import { IconCopy, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/kit";
import { Blocks } from "./Blocks";
import { useChannelName } from "./channels";
import { Field, useFieldName } from "./Field";
import classes from "./messages.module.css";
import {
  blank, type Channel, channelsOf, type Definition, type Fields, fieldsOf, type Finding, type Language,
  LANGUAGES, moved, otherFields,
} from "./shape"; // prettier-ignore

interface Props {
  definition: Definition;
  channel: Channel;
  language: Language;
  findings: Finding[];
  mayEdit: boolean;
  change: (fields: Fields | undefined) => void;
}

export function Variant({ definition, channel, language, findings, mayEdit, change }: Props) {
  const { t } = useTranslation("messages");
  const channelName = useChannelName();
  const [leaving, setLeaving] = useState(false);
  const [copied, setCopied] = useState<"" | "language" | "channel">("");
  const fields = definition.variants[channel]?.[language];
  const label = t("variant", { channel: channelName(channel), language: t(`language.${language}`) });
  if (!fields) {
    return (
      <Missing
        definition={definition}
        channel={channel}
        language={language}
        label={label}
        {...(mayEdit
          ? {
              write: (next: Fields, from: typeof copied) => {
                setCopied(from);
                change(next);
              },
            }
          : {})}
      />
    );
  }
  const put = (name: string, text: string) => change({ ...fields, [name]: text });
  const of = (name: string) => findings.filter((one) => one.path.endsWith(`/${name}`));
  const shown = fieldsOf(channel, fields);
  return (
    <section className={`k-card ${classes.variant}`} aria-label={label}>
      <Group justify="space-between" wrap="nowrap" mb="xs">
        <Title order={2} fz="md">
          {label}
        </Title>
        {mayEdit ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("leave.button", { variant: label })}
            onClick={() => setLeaving(true)}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        ) : null}
      </Group>
      {copied ? (
        <Alert variant="default" role="status" mb="sm" py="xs">
          {t(copied === "channel" ? "copied.channel" : "copied.language")}
        </Alert>
      ) : null}
      <Stack gap="sm">
        {shown.map(({ name, shape }) =>
          name === "mjml" ? (
            <Blocks
              key={name}
              mjml={fields.mjml ?? ""}
              language={language}
              findings={of("mjml")}
              change={(text) => put("mjml", text)}
            />
          ) : (
            <Field
              key={name}
              name={name}
              shape={shape}
              channel={channel}
              language={language}
              value={fields[name] ?? ""}
              findings={of(name)}
              change={(text) => put(name, text)}
            />
          ),
        )}
        {mayEdit ? (
          <MoreFields channel={channel} fields={fields} add={(name) => put(name, "")} />
        ) : null}
      </Stack>
      <Confirm
        opened={leaving}
        close={() => setLeaving(false)}
        title={t("leave.button", { variant: label })}
        touches={t("leave.touches")}
        word={t("leave.word")}
        act={async () => change(undefined)}
      />
    </section>
  );
}

function MoreFields(props: { channel: Channel; fields: Fields; add: (name: string) => void }) {
  const { t } = useTranslation("messages");
  const fieldName = useFieldName();
  const more = otherFields(props.channel, props.fields);
  if (!more.length) return null;
  return (
    <Menu position="bottom-start" shadow="sm">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={15} aria-hidden />}
          className={classes.start}
        >
          {t("field.more")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {more.map((one) => (
          <Menu.Item key={one.name} onClick={() => props.add(one.name)}>
            {fieldName(one.name, props.channel)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface MissingProps {
  definition: Definition;
  channel: Channel;
  language: Language;
  label: string;
  write?: (fields: Fields, from: "" | "language" | "channel") => void;
}

/** No text here yet: begin empty, or with a copy that is to be rewritten. */
function Missing({ definition, channel, language, label, write }: MissingProps) {
  const { t } = useTranslation("messages");
  const channelName = useChannelName();
  const { variants } = definition;
  const languages = LANGUAGES.filter((one) => variants[channel]?.[one]);
  const channels = channelsOf(variants).filter((one) => one !== channel && variants[one]?.[language]);
  return (
    <section className={`k-card ${classes.missing}`} aria-label={label}>
      <Title order={2} fz="md">
        {label}
      </Title>
      <Text c="dimmed" mt={4} mb="sm">
        {t("missing.says")}
      </Text>
      {write ? (
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => write(blank(channel), "")}>
            {t("missing.write")}
          </Button>
          {languages.map((one) => (
            <Button
              key={one}
              size="xs"
              variant="default"
              leftSection={<IconCopy size={14} aria-hidden />}
              onClick={() => write({ ...variants[channel]?.[one] }, "language")}
            >
              {t("missing.copyLanguage", { language: t(`language.${one}`) })}
            </Button>
          ))}
          {channels.map((one) => (
            <Button
              key={one}
              size="xs"
              variant="default"
              leftSection={<IconCopy size={14} aria-hidden />}
              onClick={() => write(moved(one, variants[one]?.[language] ?? {}, channel), "channel")}
            >
              {t("missing.copyChannel", { channel: channelName(one) })}
            </Button>
          ))}
        </Group>
      ) : null}
    </section>
  );
}
