// The forms of what was said to somebody and where she stands: messages, journeys, consents.
import { Button, NativeSelect, Select, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { journeysQuery, topicsQuery } from "./api";
import { Channel } from "./forms";
import classes from "./segments.module.css";
import { CHANNELS, CONSENT, INSIDE, MESSAGES, NUMBER_OPS, PURPOSES } from "./shapes";
import { Numbers, numberTest } from "./tests";
import type { Node } from "./tree";
import { OF_EVENTS, WindowFields } from "./windows";

interface Props {
  node: Node;
  change: (node: Node) => void;
}

/** What became of the messages to somebody, how often, of which channel and journey, and when. */
export function MessagesForm({ node, change }: Props) {
  const { t } = useTranslation("segments");
  const test = (node.test as Node | undefined) ?? { kind: "number", op: "gte", value: 1 };
  const never = test.op === "eq" && test.value === 0;
  const turn = (op: string) => {
    if (op === "never") change({ ...node, test: { kind: "number", op: "eq", value: 0 } });
    else change({ ...node, test: numberTest(op, never ? { ...test, value: 1 } : test) });
  };
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("messages.what")}
        value={String(node.what)}
        data={MESSAGES.map((one) => ({ value: one, label: t(`messages.${one}`) }))}
        onChange={(event) => {
          const what = event.currentTarget.value;
          // Ignored ones count from her last click: they have no time of their own.
          const { window: _, ...rest } = node;
          change(what === "ignored" ? { ...rest, kind: node.kind, what } : { ...node, what });
        }}
      />
      <NativeSelect
        size="xs"
        aria-label={t("test.how")}
        value={never ? "never" : String(test.op)}
        data={[
          { value: "never", label: t("messages.never") },
          ...NUMBER_OPS.map((op) => ({ value: op as string, label: t(`number.${op}`) })),
        ]}
        onChange={(event) => turn(event.currentTarget.value)}
      />
      {never ? null : (
        <>
          <Numbers
            test={test}
            label={t("messages.howMany")}
            whole
            change={(next) => change({ ...node, test: next })}
          />
          <Text size="sm">{t("messages.word")}</Text>
        </>
      )}
      <NativeSelect
        size="xs"
        aria-label={t("channel.which")}
        value={String(node.channel ?? "")}
        data={[
          { value: "", label: t("messages.anyChannel") },
          ...CHANNELS.map((one) => ({ value: one as string, label: t(`channel.${one}`) })),
        ]}
        onChange={(event) => change({ ...node, channel: event.currentTarget.value || null })}
      />
      <Journey
        label={t("messages.journey")}
        value={node.journey as string | null | undefined}
        change={(journey) => change({ ...node, journey: journey || null })}
        clearable
      />
      {node.what === "ignored" && !node.window ? (
        <Text size="sm">{t("messages.sinceClick")}</Text>
      ) : (
        <WindowFields
          window={node.window as Node | undefined}
          kinds={OF_EVENTS.filter((one) => one !== "since")}
          change={(window) => change({ ...node, window })}
        />
      )}
    </>
  );
}

export function JourneyForm({ node, change }: Props) {
  const { t } = useTranslation("segments");
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("inside.how")}
        value={String(node.state ?? "inside")}
        data={INSIDE.map((one) => ({ value: one, label: t(`inside.${one}`) }))}
        onChange={(event) => change({ ...node, state: event.currentTarget.value })}
      />
      <Journey
        label={t("inside.which")}
        value={String(node.journey)}
        change={(journey) => change({ ...node, journey })}
      />
    </>
  );
}

interface JourneyProps {
  label: string;
  value: string | null | undefined;
  change: (key: string) => void;
  clearable?: boolean;
}

/** A journey by its name; whoever may not see the list types its key. */
function Journey({ label, value, change, clearable }: JourneyProps) {
  const { t } = useTranslation("segments");
  const may = useMay("journeys.read");
  const [wanted, want] = useState(false);
  const found = useQuery({ ...journeysQuery, enabled: may && (wanted || !!value) });
  const rows = (found.data ?? []).map((one) => ({ value: one.key, label: one.name }));
  const has = !value || rows.some((one) => one.value === value);
  if (!may) {
    return (
      <TextInput
        size="xs"
        className={classes.grow}
        aria-label={label}
        placeholder={label}
        value={value ?? ""}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  return (
    <Select
      size="xs"
      className={classes.grow}
      aria-label={label}
      placeholder={label}
      searchable
      clearable={clearable ?? false}
      clearButtonProps={{ "aria-label": t("messages.anyJourney") }}
      data={has ? rows : [...rows, { value, label: value }]}
      value={value || null}
      onFocus={() => want(true)}
      onChange={(key) => change(key ?? "")}
    />
  );
}

export function ConsentForm({ node, change }: Props) {
  const { t } = useTranslation("segments");
  const isPlain = (node.purpose ?? "marketing") === "marketing" && !node.topic && !node.brand;
  const [asked, ask] = useState(false);
  return (
    <>
      <Channel node={node} change={change} />
      <NativeSelect
        size="xs"
        aria-label={t("consent.how")}
        value={String(node.state ?? "granted")}
        data={CONSENT.map((one) => ({ value: one, label: t(`consent.${one}`) }))}
        onChange={(event) => change({ ...node, state: event.currentTarget.value })}
      />
      {isPlain && !asked ? (
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconPlus size={13} aria-hidden />}
          onClick={() => ask(true)}
        >
          {t("consent.more")}
        </Button>
      ) : (
        <ConsentOf node={node} change={change} />
      )}
    </>
  );
}

/** What a consent is for: a purpose, one topic, one brand. */
function ConsentOf({ node, change }: Props) {
  const { t, i18n } = useTranslation("segments");
  const may = useMay("consent.read");
  const found = useQuery({ ...topicsQuery, enabled: may });
  const topic = String(node.topic ?? "");
  const topics = (found.data ?? []).map((one) => ({
    value: one.key,
    label: one.names[i18n.language] ?? one.key,
  }));
  const purpose = String(node.purpose ?? "marketing");
  const purposes = PURPOSES.map((one) => ({ value: one as string, label: t(`purpose.${one}`) }));
  const hasPurpose = purposes.some((one) => one.value === purpose);
  const known = !topic || topics.some((one) => one.value === topic);
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("purpose.which")}
        value={purpose}
        data={hasPurpose ? purposes : [...purposes, purpose]}
        onChange={(event) => change({ ...node, purpose: event.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        aria-label={t("consent.topic")}
        value={topic}
        data={[
          { value: "", label: t("consent.anyTopic") },
          ...topics,
          ...(known ? [] : [{ value: topic, label: topic }]),
        ]}
        onChange={(event) => change({ ...node, topic: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        className={classes.grow}
        aria-label={t("consent.brand")}
        placeholder={t("consent.anyBrand")}
        value={String(node.brand ?? "")}
        onChange={(event) => change({ ...node, brand: event.currentTarget.value })}
      />
    </>
  );
}
