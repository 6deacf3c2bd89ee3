// One field of a text: what it holds, how long it is, what is said of it, and what to put into it.
import { Group, Input, Text, Textarea, TextInput } from "@mantine/core";
import { useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { FromLibrary } from "~/rooms/media/FromLibrary";
import { Insert } from "./Insert";
import classes from "./messages.module.css";
import { Remarks } from "./Findings";
import { type FieldShape, type Finding, type Language, PICTURES } from "./shape";

interface Props {
  name: string;
  shape: FieldShape;
  channel?: string;
  /** Of the text it belongs to; where it is a picture, one can be chosen for it. */
  language?: Language;
  value: string;
  findings: Finding[];
  change: (text: string) => void;
  /** What it is called where that is not the field's own name. */
  label?: string;
  /** Links are written as HTML here. */
  html?: boolean;
}

/** What a field is called; numbered ones with their number. */
export function useFieldName(): (name: string, channel?: string) => string {
  const { t } = useTranslation("messages");
  return (name, channel) => {
    const [, stem, count] = /^(button|parameter)_(\d+)$/.exec(name) ?? [];
    // There the buttons are the approved template's own; only a value goes into each.
    if (stem === "button" && channel === "whatsapp") return t("field.tap", { count: Number(count) });
    return stem
      ? t(`field.${stem as "button"}`, { count: Number(count) })
      : t(`field.${name as "subject"}`);
  };
}

/** A text as somebody without any data reads it: fallbacks stand where values would. */
function readBy(template: string): string {
  return template
    .replace(/\{\{[^}]*?default\(\s*(["'])(.*?)\1\s*\)[^}]*\}\}/g, "$2")
    .replace(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g, "");
}

const PRINTED = /\{\{\s*([\w.-]+)\s*\|\s*default\(\s*(["'])(.*?)\2\s*\)\s*\}\}/g;

/** What of a text is different for each reader, in words: the template itself is for machines. */
function Own({ text }: { text: string }) {
  const { t } = useTranslation("messages");
  const found = [...text.matchAll(PRINTED)].map(([, path = "", , fallback = ""]) => {
    const [first = "", ...rest] = path.split(".");
    const name = rest.join(".") || first;
    if (path === "person.first_name") return [t("own.first_name"), fallback];
    if (first === "person") return [t("own.trait", { name }), fallback];
    if (first === "coupons") return [t("own.coupon", { name: rest[0] ?? "" }), fallback];
    return [t("own.data", { name: path }), fallback];
  });
  if (!found.length) return null;
  const said = found.map(([what, fallback]) => t("own.else", { what, fallback }));
  return (
    <Text size="xs" c="dimmed" mt={3} dir="auto">
      {t("own.label")}
      {": "}
      {[...new Set(said)].join("; ")}
    </Text>
  );
}

/** How addresses begin, in every language. */
const ADDRESS = "https://";
const COUNTED = ["subject", "preheader", "title", "text"];

export function Field({ name, shape, channel, language, value, findings, change, label, html }: Props) {
  const { t } = useTranslation("messages");
  const fieldName = useFieldName();
  const id = useId();
  const box = useRef<HTMLInputElement | HTMLTextAreaElement | null>(null);
  const insert = (piece: string) => {
    const at = box.current?.selectionStart ?? value.length;
    const end = box.current?.selectionEnd ?? at;
    change(value.slice(0, at) + piece + value.slice(end));
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(at + piece.length, at + piece.length);
    });
  };
  const wrong = findings.some((one) => one.severity === "error");
  const common = {
    id,
    value,
    error: wrong,
    "aria-describedby": findings.length ? `${id}-says` : undefined,
  };
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap" mb={3}>
        <Input.Label htmlFor={id} required={shape.needed ?? false} labelElement="label">
          {label ?? fieldName(name, channel)}
        </Input.Label>
        <Group gap={6} wrap="nowrap" className={classes.tools}>
          {COUNTED.includes(name) ? (
            <Text size="xs" c="dimmed" className="k-num">
              {t("field.long", { count: [...readBy(value)].length })}
            </Text>
          ) : null}
          <Insert insert={insert} html={html ?? false} what={label ?? fieldName(name, channel)} />
        </Group>
      </Group>
      {shape.sort === "text" || shape.sort === "code" ? (
        <Textarea
          {...common}
          ref={(one) => {
            box.current = one;
          }}
          autosize
          minRows={shape.sort === "code" ? 6 : 3}
          maxRows={24}
          spellCheck={shape.sort === "text"}
          classNames={shape.sort === "code" ? { input: classes.code ?? "" } : {}}
          onChange={(event) => change(event.currentTarget.value)}
        />
      ) : (
        <TextInput
          {...common}
          ref={(one) => {
            box.current = one;
          }}
          inputMode={shape.sort === "url" ? "url" : "text"}
          placeholder={shape.sort === "url" ? ADDRESS : undefined}
          onChange={(event) => change(event.currentTarget.value)}
        />
      )}
      {language && PICTURES.includes(name) ? (
        <FromLibrary
          language={language}
          where="notice"
          className={classes.fromLibrary}
          what={label ?? fieldName(name, channel)}
          take={({ url }) => change(url)}
        />
      ) : null}
      <Own text={value} />
      <Remarks of={findings} id={`${id}-says`} />
    </div>
  );
}
