// One setting of a provider, drawn from its schema.
import { Checkbox, NativeSelect, NumberInput, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Setting } from "./api";

interface Props {
  name: string;
  setting: Setting;
  required: boolean;
  value: unknown;
  /** A secret is kept already: nothing given leaves it. */
  kept: boolean;
  change: (value: unknown) => void;
}

/** Secrets that are whole files or several lines. */
const LONG = ["service_account", "key", "private_key", "headers"];

export function Field({ name, setting, required, value, kept, change }: Props) {
  const { t } = useTranslation("settings");
  const names: Record<string, string> = t("fields", { returnObjects: true });
  const choices: Record<string, string> = t("choices", { returnObjects: true });
  const label = names[name] ?? name.replaceAll("_", " ");
  const kind = setting.type ?? setting.anyOf?.find((one) => one.type !== "null")?.type;
  if (setting.writeOnly) {
    const shared = {
      label,
      description: t(kept ? "channels.secretHelp" : "channels.secretNew"),
      value: String(value ?? ""),
      required: required && !kept,
      autoComplete: "off",
      spellCheck: false,
    };
    return LONG.includes(name) ? (
      <Textarea {...shared} rows={3} onChange={(event) => change(event.currentTarget.value)} />
    ) : (
      <TextInput
        {...shared}
        type="password"
        autoComplete="new-password"
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  if (setting.enum) {
    return (
      <NativeSelect
        label={label}
        value={String(value ?? "")}
        onChange={(event) => change(event.currentTarget.value)}
        data={setting.enum.map((one) => ({ value: one, label: choices[one] ?? one }))}
      />
    );
  }
  if (kind === "boolean") {
    return (
      <Checkbox
        label={label}
        checked={value === true}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    );
  }
  if (kind === "integer" || kind === "number") {
    return (
      <NumberInput
        label={label}
        value={typeof value === "number" ? value : ""}
        onChange={(next) => change(next === "" ? null : Number(next))}
        allowDecimal={kind === "number"}
        min={setting.minimum}
        max={setting.maximum}
        required={required}
        hideControls
      />
    );
  }
  if (kind === "array") {
    return (
      <Textarea
        label={label}
        description={t("channels.lines")}
        value={Array.isArray(value) ? value.join("\n") : ""}
        onChange={(event) => change(event.currentTarget.value.split("\n"))}
        autosize
        minRows={2}
        maxRows={6}
        spellCheck={false}
      />
    );
  }
  if (kind === "object") {
    return <TextInput label={label} description={t("channels.object")} value="…" readOnly />;
  }
  return (
    <TextInput
      label={label}
      value={String(value ?? "")}
      onChange={(event) => change(event.currentTarget.value)}
      placeholder={setting.examples?.[0]}
      required={required}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
