// Whether somebody may come in again: one of three words, or after a length of time.
import { NativeSelect, Stack } from "@mantine/core";
import { LengthInput } from "./inputs";
import { useOptionWord, useSettingWord } from "./kinds";
import { below } from "./places";
import type { SettingProps } from "./Setting";

const WORDS = ["after_exit", "never", "always"];
const LATER = "later";

export function Reentry({ field, path, value, faults, put }: SettingProps) {
  const word = useSettingWord();
  const option = useOptionWord();
  const said = value === undefined ? "after_exit" : String(value);
  const kind = WORDS.includes(said) ? said : LATER;
  const fault = below(faults, path)[0]?.what;
  return (
    <Stack gap={6}>
      <NativeSelect
        label={word(field.name)}
        value={kind}
        error={kind === LATER ? undefined : fault}
        data={[...WORDS, LATER].map((one) => ({ value: one, label: option(`again_${one}`) }))}
        onChange={(event) => {
          const next = event.currentTarget.value;
          put(path, next === LATER ? "30 days" : next === "after_exit" ? undefined : next);
        }}
      />
      {kind === LATER ? (
        <LengthInput
          label={word("again_length")}
          required
          value={said}
          fault={fault}
          put={(next) => put(path, next ?? "1 day")}
        />
      ) : null}
    </Stack>
  );
}
