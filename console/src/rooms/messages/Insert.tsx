// Puts what differs from reader to reader into a text: her name, a coupon, a link, with a fallback.
import { Button, NativeSelect, Popover, Stack, Text, TextInput } from "@mantine/core";
import { IconBraces } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

const KINDS = ["first_name", "trait", "data", "coupon", "link", "refuse"] as const;
type Kind = (typeof KINDS)[number];
/** Names that a template can ask for: of a trait, of the event's data, of a pool of coupons. */
const NAMES: Partial<Record<Kind, RegExp>> = {
  trait: /^[A-Za-z_][A-Za-z0-9_]*$/,
  data: /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/,
  coupon: /^[a-z0-9][a-z0-9_-]*$/,
  link: /^https?:\/\/[^\s"<>]+$/,
};

interface Props {
  insert: (piece: string) => void;
  html: boolean;
  /** The field it is for. */
  what: string;
}

export function Insert({ insert, html, what }: Props) {
  const { t } = useTranslation("messages");
  const [opened, setOpened] = useState(false);
  const [kind, setKind] = useState<Kind>("first_name");
  const [name, setName] = useState("");
  const [words, setWords] = useState("");
  const pattern = NAMES[kind];
  const needsWords = kind !== "refuse" && (kind !== "link" || html);
  const good = (!pattern || pattern.test(name.trim())) && (!needsWords || words.trim() !== "");
  const go = () => {
    insert(pieceOf(kind, name.trim(), words.trim(), html));
    setOpened(false);
    setName("");
    setWords("");
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={280}
      position="bottom-end"
      shadow="sm"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconBraces size={13} aria-hidden />}
          aria-label={t("insert.into", { what })}
          aria-haspopup="dialog"
          onClick={() => setOpened(!opened)}
        >
          {t("insert.button")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("insert.into", { what })}>
        <Stack
          gap="xs"
          onKeyDown={(event) => {
            if (event.key === "Enter" && good) {
              event.preventDefault();
              go();
            }
          }}
        >
          <NativeSelect
            size="xs"
            label={t("insert.kind")}
            value={kind}
            data={KINDS.map((one) => ({ value: one, label: t(`insert.${one}`) }))}
            onChange={(event) => setKind(event.currentTarget.value as Kind)}
          />
          {pattern ? (
            <TextInput
              size="xs"
              label={t(`insert.${kind as "trait"}Name`)}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          ) : null}
          {needsWords ? (
            <TextInput
              size="xs"
              label={kind === "link" ? t("insert.linkWords") : t("insert.fallback")}
              value={words}
              onChange={(event) => setWords(event.currentTarget.value)}
            />
          ) : null}
          <Text size="xs" c="dimmed">
            {t(`insert.${kind}Says`)}
          </Text>
          <Button size="xs" disabled={!good} onClick={go}>
            {t("insert.button")}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function pieceOf(kind: Kind, name: string, words: string, html: boolean): string {
  const fallback = words.replace(/["\\]/g, "'");
  const said = { first_name: "person.first_name", trait: `person.${name}`, data: name, coupon: `coupons.${name}.code` };
  if (kind === "link") return html ? `<a href="${name}">${escaped(words)}</a>` : name;
  if (kind === "refuse") return "{{ unsubscribe_url }}";
  return `{{ ${said[kind]} | default("${fallback}") }}`;
} // prettier-ignore

function escaped(words: string): string {
  return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
