// A mail's body as blocks with a form each, or as its MJML: both change the same text.
import {
  ActionIcon, Button, Group, Menu, NumberInput, SegmentedControl, Stack, Text, Textarea,
} from "@mantine/core"; // prettier-ignore
import {
  IconArrowDown, IconArrowUp, IconBox, IconClick, IconCode, IconLayoutBottombar, IconLayoutColumns,
  IconLetterT, IconLineDashed, IconPhoto, IconPlus, IconX,
} from "@tabler/icons-react"; // prettier-ignore
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FromLibrary } from "~/rooms/media/FromLibrary";
import { sharedQuery } from "./api";
import {
  added, ADDED, alone, attributeOf, fresh, isAt, type Kind, partsOf, type Piece, shifted, split, usedOf,
  withAttribute, without, withoutPart, withPart, withPiece, withWidth, withWords, wordsOf,
} from "./blocks"; // prettier-ignore
import { Field } from "./Field";
import { Remarks } from "./Findings";
import classes from "./messages.module.css";
import type { Finding, Language } from "./shape";

/** As wide as a mail is. */
const MAIL_PX = 600;

const ICONS = {
  text: IconLetterT, button: IconClick, image: IconPhoto, divider: IconLineDashed, use: IconBox,
  hero: IconLayoutBottombar, columns: IconLayoutColumns, other: IconCode, products: IconBox,
}; // prettier-ignore

interface Props {
  mjml: string;
  language: Language;
  findings: Finding[];
  change: (mjml: string) => void;
}

export function Blocks({ mjml, language, findings, change }: Props) {
  const { t } = useTranslation("messages");
  const [as, setAs] = useState("blocks");
  const whole = split(mjml);
  const asText = as === "text" || !whole;
  const placed = whole?.pieces.map((piece) => findings.filter((one) => isAt(piece, one.line))) ?? [];
  const others = findings.filter((one) => !placed.flat().includes(one));
  return (
    <div role="group" aria-label={t("field.mjml")}>
      <Group justify="space-between" gap="xs" mb="xs">
        <Text size="sm" fw={500}>
          {t("field.mjml")}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={t("block.as")}
          value={asText ? "text" : "blocks"}
          onChange={setAs}
          data={[
            { value: "blocks", label: t("block.asBlocks"), disabled: !whole },
            { value: "text", label: t("block.asText") },
          ]}
        />
      </Group>
      {asText ? (
        <Field
          name="mjml"
          label={t("block.source")}
          shape={{ name: "mjml", sort: "code", needed: true }}
          value={mjml}
          findings={findings}
          change={change}
          html
        />
      ) : (
        <>
          <ol className={classes.blocks}>
            {whole.pieces.map((piece, at) => (
              <li key={at}>
                <Block
                  piece={piece}
                  language={language}
                  at={at}
                  last={at === whole.pieces.length - 1}
                  findings={placed[at] ?? []}
                  put={(source) => change(withPiece(whole, at, source))}
                  shift={(by) => change(shifted(whole, at, by))}
                  remove={() => change(without(whole, at))}
                />
              </li>
            ))}
          </ol>
          {whole.pieces.length ? null : (
            <Text size="sm" c="dimmed" mb="xs">
              {t("block.none")}
            </Text>
          )}
          <Adding add={(source) => change(added(whole, source))} />
          <Remarks of={others} id="mjml-says" />
        </>
      )}
    </div>
  );
}

function Adding({ add }: { add: (source: string) => void }) {
  const { t } = useTranslation("messages");
  const [opened, setOpened] = useState(false);
  const shared = useQuery({ ...sharedQuery, enabled: opened });
  return (
    <Menu position="bottom-start" shadow="sm" opened={opened} onChange={setOpened}>
      <Menu.Target>
        <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={15} aria-hidden />}>
          {t("block.add")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {ADDED.map((one) => {
          const Icon = ICONS[one];
          return (
            <Menu.Item
              key={one}
              leftSection={<Icon size={15} aria-hidden />}
              onClick={() => add(fresh(one, t(one === "products" ? "block.noProducts" : "block.words")))}
            >
              {t(`block.${one}`)}
            </Menu.Item>
          );
        })}
        {shared.data?.map((one) => (
          <Menu.Item
            key={one.key}
            leftSection={<IconBox size={15} aria-hidden />}
            onClick={() => add(`{% use "${one.key}" %}`)}
          >
            {t("block.shared", { name: one.name })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface BlockProps {
  piece: Piece;
  language: Language;
  at: number;
  last: boolean;
  findings: Finding[];
  put: (source: string) => void;
  shift: (by: number) => void;
  remove: () => void;
}

function Block({ piece, language, at, last, findings, put, shift, remove }: BlockProps) {
  const { t } = useTranslation("messages");
  const Icon = ICONS[piece.kind];
  const kind: Kind | "products" =
    piece.kind === "other" && piece.source.includes("products.") ? "products" : piece.kind;
  const name = t("block.numbered", { kind: t(`block.${kind}`), count: at + 1 });
  return (
    <div className={classes.block} role="group" aria-label={name}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <span className={classes.channel}>
          <Icon size={15} aria-hidden />
          {t(`block.${kind}`)}
        </span>
        <Group gap={2} wrap="nowrap">
          <Tool label={t("block.up", { name })} off={at === 0} act={() => shift(-1)}>
            <IconArrowUp size={15} aria-hidden />
          </Tool>
          <Tool label={t("block.down", { name })} off={last} act={() => shift(1)}>
            <IconArrowDown size={15} aria-hidden />
          </Tool>
          <Tool label={t("block.remove", { name })} act={remove}>
            <IconX size={15} aria-hidden />
          </Tool>
        </Group>
      </Group>
      <Form piece={piece} language={language} put={put} />
      <Remarks of={findings} id={`block-${at}-says`} />
    </div>
  );
}

function Tool(props: { label: string; off?: boolean; act: () => void; children: React.ReactNode }) {
  return (
    <ActionIcon
      size={24}
      variant="subtle"
      color="gray"
      aria-label={props.label}
      disabled={props.off ?? false}
      onClick={props.act}
    >
      {props.children}
    </ActionIcon>
  );
}

interface FormProps {
  piece: Piece;
  language: Language;
  put: (source: string) => void;
}

function Form({ piece, language, put }: FormProps) {
  const { t } = useTranslation("messages");
  const { kind, source } = piece;
  const line = (label: string, name: string, sort: "line" | "url") => (
    <Field
      name={name}
      label={label}
      shape={{ name, sort }}
      value={attributeOf(source, name)}
      findings={[]}
      change={(value) => put(withAttribute(source, name, value))}
    />
  );
  const words = (label: string, sort: "line" | "text") => (
    <Field
      name="words"
      label={label}
      shape={{ name: "words", sort }}
      value={wordsOf(source)}
      findings={[]}
      html
      change={(value) => put(withWords(source, value))}
    />
  );
  switch (kind) {
    case "text":
      return words(t("block.textWords"), "text");
    case "button":
      return (
        <Stack gap={6}>
          {words(t("block.buttonWords"), "line")}
          {line(t("block.href"), "href", "url")}
        </Stack>
      );
    case "image":
      return (
        <Stack gap={6}>
          <Library source={source} language={language} put={put} />
          {line(t("block.src"), "src", "url")}
          {line(t("block.alt"), "alt", "line")}
          {attributeOf(source, "src") && !attributeOf(source, "alt").trim() ? (
            <Text size="sm" className={classes.noAlt}>
              {t("block.noAlt")}
            </Text>
          ) : null}
          <Width source={source} put={put} />
          {line(t("block.imageHref"), "href", "url")}
        </Stack>
      );
    case "divider":
      return null;
    case "hero":
    case "columns":
      return <Parts piece={piece} language={language} put={put} />;
    case "use":
      return (
        <Text size="sm" c="dimmed">
          {t("block.useSays", { name: usedOf(source) })}
        </Text>
      );
    default:
      return (
        <Textarea
          mt={4}
          aria-label={t("block.source")}
          classNames={{ input: classes.code ?? "" }}
          autosize
          minRows={3}
          maxRows={10}
          spellCheck={false}
          value={source}
          onChange={(event) => put(event.currentTarget.value)}
        />
      );
  }
}

/** Each part of a section has the form that it has as a block of its own. */
function Parts({ piece, language, put }: FormProps) {
  const { t } = useTranslation("messages");
  const parts = partsOf(piece.source) ?? [];
  const columns = [...new Set(parts.map((one) => one.column))];
  return (
    <div className={classes.columns}>
      {columns.map((column) => {
        const mine = parts.filter((one) => one.column === column);
        const name = t("block.column", { count: column + 1 });
        return (
          <div key={column} role="group" aria-label={name} className={classes.column}>
            {columns.length > 1 ? (
              <Text size="sm" fw={500}>
                {name}
              </Text>
            ) : null}
            {mine.map((part, at) => (
              <div key={`${part.kind} ${at}`} className={classes.part}>
                {piece.kind === "columns" && mine.length > 1 ? (
                  <Group justify="space-between" wrap="nowrap" gap="xs">
                    <Text size="sm" c="dimmed">
                      {t(`block.${part.kind}`)}
                    </Text>
                    <Tool
                      label={t("block.remove", { name: `${t(`block.${part.kind}`)}, ${name}` })}
                      act={() => put(withoutPart(piece.source, part))}
                    >
                      <IconX size={15} aria-hidden />
                    </Tool>
                  </Group>
                ) : null}
                <Form
                  piece={{ ...piece, kind: part.kind, source: alone(part) }}
                  language={language}
                  put={(changed) => put(withPart(piece.source, part, changed))}
                />
              </div>
            ))}
          </div>
        );
      })}
    </div>
  );
}

interface PictureProps {
  source: string;
  put: (source: string) => void;
}

/** Fills in what the library knows of a picture: address, words in this language, width. */
function Library({ source, language, put }: PictureProps & { language: Language }) {
  return (
    <FromLibrary
      language={language}
      where="mail"
      className={classes.start}
      take={({ url, alt, width }) => {
        const placed = withAttribute(withAttribute(source, "src", url), "alt", alt);
        put(withWidth(placed, width));
      }}
    />
  );
}

function Width({ source, put }: PictureProps) {
  const { t } = useTranslation("messages");
  return (
    <NumberInput
      label={t("block.width")}
      placeholder={t("block.widthAll")}
      min={1}
      max={MAIL_PX}
      allowDecimal={false}
      value={Number.parseInt(attributeOf(source, "width"), 10) || ""}
      onChange={(value) => put(withWidth(source, Number(value) || 0))}
    />
  );
}
