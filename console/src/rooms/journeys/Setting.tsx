// One setting as the schema describes it: a field, or a group of further ones.
import {
  ActionIcon, Button, Group, NumberInput, Select, Stack, Switch, TagsInput, Text, Textarea,
  TextInput,
} from "@mantine/core"; // prettier-ignore
import { IconPlus, IconX } from "@tabler/icons-react";
import { type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import type { Field } from "./api";
import { Conditions } from "./Conditions";
import { partOf, partText } from "./edit";
import {
  EventInput, type InputProps, LengthInput, SegmentInput, ShareInput, TimeInput, ValueInput,
} from "./inputs"; // prettier-ignore
import classes from "./journeys.module.css";
import { useHintWord, useOptionWord, useSettingWord } from "./kinds";
import { Body, Pairs } from "./Pairs";
import { at, below, type Path, type Placed } from "./places";

const Rule = lazily(() => import("./Rule"));

export interface SettingProps {
  field: Field;
  path: Path;
  value: unknown;
  faults: Placed[];
  put: (path: Path, value: unknown) => void;
}

const SHARES = ["hold_out", "by", "explore", "confidence"];
const SEGMENTS = ["segment", "segment_entered", "segment_left", "until_segment", "until_segment_left"];
const CLOCKS = ["at", "until_time", "from", "until"];
const MOMENTS = ["starts", "ends", "once"];
const LONG = ["script", "mjml"];
const CHANNELS = ["email", "sms", "whatsapp", "push", "web_push", "inbox", "call", "store"];
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** What a group begins as, so that it can be read at once. */
const BEGIN: Record<string, unknown> = {
  goal: { event: "Order Completed", within: "7 days" },
  limit: { total: 1000 },
  window: { from: "09:00", until: "21:00" },
  winner: { confidence: 0.95 },
  until_date: { field: "birthday", at: "09:00" },
  best_time: { window: { from: "09:00", until: "21:00" } },
  exit_when: { kind: "any", of: [] }, // nobody yet
  when: { kind: "all", of: [] },
};
/** What one more of several begins as. */
const ANOTHER: Record<string, unknown> = {
  exit_on: { event: "Order Completed" },
  stop_on: { event: "Order Completed" },
  until: { event: "Order Completed" },
  first: { event: "Order Completed", name: "bought" },
  tries: { message: "message" },
};

export function Setting(props: SettingProps) {
  const { field, path, value, put } = props;
  const word = useSettingWord();
  const hint = useHintWord();
  const option = useOptionWord();
  const label = word(field.name);
  const mine: InputProps = {
    label,
    required: field.required,
    value,
    fault: below(props.faults, path)[0]?.what,
    put: (next) => put(path, next),
  };
  const description = hint(field.name);
  const common = { label, required: field.required, error: mine.fault, description };
  if (field.form === "truth") {
    return (
      <Switch
        label={label}
        description={description}
        error={mine.fault}
        checked={value === true}
        onChange={(event) => mine.put(event.currentTarget.checked || undefined)}
      />
    );
  }
  if (field.form === "choice") {
    return (
      <Select
        {...common}
        data={field.options.map((one) => ({ value: one, label: option(one) }))}
        value={typeof value === "string" ? value : null}
        clearable={!field.required}
        clearButtonProps={{ "aria-label": option("clear") }}
        onChange={(one) => mine.put(one ?? undefined)}
      />
    );
  }
  if (field.form === "number" && SHARES.includes(field.name)) return <ShareInput {...mine} />;
  if (field.form === "number") {
    return (
      <NumberInput
        {...common}
        value={typeof value === "number" ? value : ""}
        onChange={(one) => mine.put(typeof one === "number" ? one : undefined)}
      />
    );
  }
  if (field.form === "length") return <LengthInput {...mine} />;
  if (field.form === "value") return <ValueInput {...mine} />;
  if (field.form === "list") return <ListInput {...props} {...common} />;
  if (field.form === "groups" && field.name === "where") return <Conditions {...props} />;
  if (field.form === "groups") return <Several {...props} />;
  if (field.form === "group") return <Together {...props} />;
  if (field.form === "rule") {
    return (
      <Suspense fallback={<Text size="sm">{label}</Text>}>
        <Rule {...props} begin={BEGIN[field.name]} />
      </Suspense>
    );
  }
  if (field.form === "part" && field.name === "body") return <Body {...props} />;
  if (field.form === "part" && isPairs(field.name, value)) return <Pairs {...props} />;
  if (field.form !== "text" || (typeof value === "object" && value !== null)) return <Part {...mine} />;
  return <TextField {...mine} name={field.name} description={description} />;
}

/** Values under names, as a profile gets them and another journey is handed them. */
function isPairs(name: string, value: unknown): boolean {
  if (!["set", "pass"].includes(name)) return false;
  return value === undefined || (typeof value === "object" && !Array.isArray(value));
}

function TextField(props: InputProps & { name: string; description: string | undefined }) {
  const { name, label, required, value, fault, put, description } = props;
  if (name === "event") return <EventInput {...props} />;
  if (SEGMENTS.includes(name)) return <SegmentInput {...props} />;
  if (CLOCKS.includes(name)) return <TimeInput {...props} />;
  if (MOMENTS.includes(name)) return <TimeInput {...props} moment />;
  const shown = value === undefined || value === null ? "" : String(value);
  const Input = LONG.includes(name) ? Textarea : TextInput;
  return (
    <Input
      label={label}
      description={description}
      required={required}
      error={fault}
      value={shown}
      onChange={(event) => put(event.currentTarget.value || (required ? "" : undefined))}
    />
  );
}

interface Common {
  label: string;
  required: boolean;
  error: string | undefined;
  description: string | undefined;
}

function ListInput({ field, path, value, put, ...rest }: SettingProps & Common) {
  const { label, required, error, description } = rest;
  const option = useOptionWord();
  const known = field.name === "channels" || field.name === "order" ? CHANNELS : field.name === "on" ? DAYS : []; // prettier-ignore
  const shown = (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value])
    .map(String); // prettier-ignore
  // Their words are shown, their keys are written.
  const keyOf = (one: string) => known.find((key) => option(key) === one) ?? one;
  return (
    <TagsInput
      label={label}
      required={required}
      error={error}
      description={description}
      data={known.map(option)}
      value={shown.map((one) => (known.includes(one) ? option(one) : one))}
      onChange={(next) => {
        const keys = next.map((one) => keyOf(one));
        const said = field.name === "on" ? keys.map((one) => (/^\d+$/.test(one) ? Number(one) : one)) : keys;
        put(path, said.length ? said : undefined);
      }}
    />
  );
}

/** Settings that belong together: not there at all, or with its own fields. */
function Together(props: SettingProps) {
  const { field, path, value, faults, put } = props;
  const { t } = useTranslation("journeys");
  const word = useSettingWord();
  const label = word(field.name);
  const isThere = typeof value === "object" && value !== null;
  if (!isThere && !field.required) {
    return (
      <Adding label={t("panel.set", { setting: label })} act={() => put(path, BEGIN[field.name] ?? {})} />
    );
  }
  return (
    <Box
      label={label}
      faults={at(faults, path)}
      {...(field.required ? {} : { remove: () => put(path, undefined) })}
    >
      <Fields {...props} value={isThere ? value : {}} />
    </Box>
  );
}

/** Several of one sort: a single one may stand there without a list around it. */
function Several({ field, path, value, faults, put }: SettingProps) {
  const { t } = useTranslation("journeys");
  const word = useSettingWord();
  const label = word(field.name);
  const single = typeof value === "object" && value !== null && !Array.isArray(value);
  const all = Array.isArray(value) ? value : single ? [value] : [];
  const begin = () => {
    const last = all.length + 1;
    if (field.name === "ways") {
      const isRule = field.fields.some((one) => one.form === "rule");
      return { name: `way-${last}`, ...(isRule ? { when: BEGIN.when } : { share: 0 }) };
    }
    return ANOTHER[field.name] ?? {};
  };
  const add = () => put(path, [...all, begin()]);
  return (
    <Stack gap={8} role="group" aria-label={label}>
      {all.map((one, place) => {
        const here = single ? path : [...path, place];
        return (
          <Box
            key={place}
            label={all.length > 1 ? t("panel.nth", { setting: label, n: place + 1 }) : label}
            faults={at(faults, here)}
            {...(field.required && all.length === 1 ? {} : { remove: () => put(here, undefined) })}
          >
            <Fields field={field} path={here} value={one} faults={faults} put={put} />
          </Box>
        );
      })}
      {at(faults, path).map((one) => (single ? null : <Fault key={one.what} of={one} />))}
      <Adding label={t("panel.add", { setting: label })} act={add} />
    </Stack>
  );
}

/** The fields of a mapping; rare ones come when they are asked for. */
export function Fields(props: SettingProps & { quiet?: boolean }) {
  const { field, path, value, faults, put } = props;
  const { t } = useTranslation("journeys");
  const [all, setAll] = useState(false);
  const said = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const isShown = (one: Field) =>
    all || one.required || said[one.name] !== undefined || below(faults, [...path, one.name]).length > 0;
  const few = field.fields.length <= 4;
  const shown = few ? field.fields : field.fields.filter(isShown);
  const hidden = field.fields.length - shown.length;
  return (
    <Stack gap={8}>
      {shown.map((one) => (
        <Setting
          key={one.name}
          field={one}
          path={[...path, one.name]}
          value={said[one.name]}
          faults={faults}
          put={put}
        />
      ))}
      {hidden ? (
        <Adding label={t("panel.further", { count: hidden })} act={() => setAll(true)} />
      ) : null}
    </Stack>
  );
}

interface BoxProps {
  label: string;
  faults: Placed[];
  remove?: () => void;
  children: ReactNode;
}

export function Box({ label, faults, remove, children }: BoxProps) {
  const { t } = useTranslation("journeys");
  return (
    <fieldset className={classes.box}>
      <legend>{label}</legend>
      {remove ? (
        <ActionIcon
          className={classes.boxClose}
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t("panel.without", { setting: label })}
          onClick={remove}
        >
          <IconX size={14} aria-hidden />
        </ActionIcon>
      ) : null}
      {faults.map((one) => (
        <Fault key={one.what} of={one} />
      ))}
      {children}
    </fieldset>
  );
}

export function Fault({ of }: { of: Placed }) {
  return (
    <Text className={classes.fault} role="status">
      {of.what}
    </Text>
  );
}

function Adding({ label, act }: { label: string; act: () => void }) {
  return (
    <Group>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={act}
      >
        {label}
      </Button>
    </Group>
  );
}

/** What has no field of its own: written as YAML, taken over once it can be read. */
function Part({ label, required, value, fault, put }: InputProps) {
  const { t } = useTranslation("journeys");
  const [typed, setTyped] = useState<string>();
  const [unread, setUnread] = useState<string>();
  return (
    <Textarea
      label={label}
      required={required}
      description={t("panel.yaml")}
      classNames={{ input: classes.text }}
      autosize
      minRows={2}
      maxRows={16}
      spellCheck={false}
      value={typed ?? partText(value)}
      error={unread ?? fault}
      onBlur={() => !unread && setTyped(undefined)}
      onChange={(event) => {
        const wanted = event.currentTarget.value;
        setTyped(wanted);
        const read = partOf(wanted);
        if ("fault" in read) setUnread(read.fault);
        else {
          setUnread(undefined);
          put(read.value);
        }
      }}
    />
  );
}
