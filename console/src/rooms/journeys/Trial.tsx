// Tries the journey with a person or somebody made up, and tells what would happen, step by step.
import {
  ActionIcon, Button, Checkbox, Group, NativeSelect, SegmentedControl, Select, Stack, Text,
  TextInput, Title,
} from "@mantine/core"; // prettier-ignore
import { IconPlus, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMay } from "~/api/me";
import type { components } from "~/api/schema";
import { Failed, useDraft } from "~/kit";
import { LengthInput, TimeInput, valueOf } from "./inputs";
import classes from "./journeys.module.css";
import { useOptionWord } from "./kinds";
import { read } from "./places";
import { Told } from "./Told";
import { asOutcomes, type Becoming, Draw, drawsOf, type Draws, lettersOf, Outcomes, waysOf } from "./TrialWish";
import { usePanel } from "./usePanel";

type Story = components["schemas"]["Story"];
type Reaction = NonNullable<components["schemas"]["Doing"]["reaction"]>;
interface Later {
  after: string;
  does: string;
  /** The event, or the step whose message she reacts to. */
  what: string;
}
interface Wish {
  who: "made" | "real";
  person: string;
  name: string;
  channels: string[];
  start: string;
  properties: [string, string][];
  later: Later[];
  becomes?: Becoming;
  draws?: Draws;
}

interface Props {
  journey: string;
  text: string;
  /** Whether the text can be read. */
  ready: boolean;
  walk: (seen: Set<string>, at: string | undefined) => void;
  close: () => void;
}

const CHANNELS = ["email", "sms", "whatsapp", "push"];
const REACTIONS = ["opens", "clicks", "bounces", "complains"];

export default function Trial({ journey, text, ready, walk, close }: Props) {
  const { t } = useTranslation("journeys");
  const mayFind = useMay("people.read");
  const panel = usePanel(close);
  const trigger = useMemo(() => triggerOf(text), [text]);
  const begun: Wish = {
    who: "made", person: "", name: "", channels: CHANNELS, start: "", later: [],
    properties: trigger.properties,
  }; // prettier-ignore
  const draft = useDraft<Wish>(`journey-trial.${journey}`, begun, "1");
  const wish = draft.value;
  const set = (part: Partial<Wish>) => draft.change({ ...wish, ...part });
  const [story, setStory] = useState<Story>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const play = async () => {
    setBusy(true);
    setError(undefined);
    try {
      setStory(take(await api.POST("/v1/journeys/test", { body: asked(text, wish) })));
    } catch (problem) {
      setStory(undefined);
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const change = (at: number, part: Partial<Later>) =>
    set({ later: wish.later.map((one, other) => (other === at ? { ...one, ...part } : one)) });
  const messages = useMemo(() => lettersOf(text), [text]);
  const draws = useMemo(() => drawsOf(text), [text]);
  return (
    <aside className={`k-card ${classes.panel}`} aria-label={t("trial.title")} {...panel.props}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void play();
        }}
      >
        <Stack gap="sm">
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Title order={2} fz="lg" tabIndex={-1} ref={panel.title}>
              {t("trial.title")}
            </Title>
            <ActionIcon variant="subtle" color="gray" aria-label={t("close")} onClick={close}>
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </Group>
          <Text size="sm" c="dimmed">
            {t("trial.help")}
          </Text>
          {mayFind ? (
            <SegmentedControl
              size="xs"
              aria-label={t("trial.who")}
              value={wish.who}
              onChange={(who) => set({ who: who as Wish["who"] })}
              data={[
                { value: "made", label: t("trial.made") },
                { value: "real", label: t("trial.real") },
              ]}
            />
          ) : null}
          {wish.who === "real" && mayFind ? (
            <Finder person={wish.person} name={wish.name} choose={(person, name) => set({ person, name })} />
          ) : (
            <Reached channels={wish.channels} set={(channels) => set({ channels })} />
          )}
          <TimeInput
            moment
            label={t("trial.start")}
            required={false}
            value={wish.start}
            fault={undefined}
            put={(start) => set({ start: String(start ?? "") })}
          />
          <Text size="sm" fw={500}>
            {trigger.event ? t("trial.event", { event: trigger.event }) : t("trial.trigger")}
          </Text>
          <Properties of={wish.properties} set={(properties) => set({ properties })} />
          {wish.later.map((one, at) => (
            <fieldset key={at} className={classes.box}>
              <legend>{t("trial.later")}</legend>
              <ActionIcon
                className={classes.boxClose}
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={t("panel.without", { setting: t("trial.later") })}
                onClick={() => set({ later: wish.later.filter((_, other) => other !== at) })}
              >
                <IconX size={14} aria-hidden />
              </ActionIcon>
              <Doing of={one} messages={messages} change={(part) => change(at, part)} />
            </fieldset>
          ))}
          <Outcomes
            messages={messages}
            value={wish.becomes ?? {}}
            change={(becomes) => set({ becomes })}
          />
          <Draw draws={draws} value={wish.draws ?? {}} change={(next) => set({ draws: next })} />
          <Group justify="space-between">
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => set({ later: [...wish.later, { after: "1 hour", does: "event", what: "" }] })}
            >
              {t("trial.addLater")}
            </Button>
            <Button
              type="submit"
              size="xs"
              loading={busy}
              disabled={!ready || (wish.who === "real" && !wish.person)}
            >
              {t("trial.go")}
            </Button>
          </Group>
          {ready ? null : <Text size="sm">{t("trial.notReady")}</Text>}
        </Stack>
      </form>
      {error ? <Failed error={error} again={() => void play()} /> : null}
      {story ? <Told story={story} walk={walk} /> : null}
    </aside>
  );
}

function Finder(props: { person: string; name: string; choose: (person: string, name: string) => void }) {
  const { t } = useTranslation("journeys");
  const [typed, setTyped] = useState("");
  const sought = useSettled(typed);
  const found = useQuery({
    queryKey: ["journeys", "trial", "people", sought],
    queryFn: async () =>
      take(await api.GET("/v1/people/search", { params: { query: { q: sought, limit: 8 } } })),
    enabled: sought.trim().length > 1,
  });
  const rows = (found.data?.people ?? []).map((one) => ({
    value: one.id,
    label: [one.name, one.email || one.phone].filter(Boolean).join(" · ") || one.id.slice(0, 8),
  }));
  const has = !props.person || rows.some((one) => one.value === props.person);
  return (
    <Select
      label={t("trial.person")}
      placeholder={t("trial.find")}
      searchable
      data={has ? rows : [...rows, { value: props.person, label: props.name }]}
      filter={({ options }) => options}
      nothingFoundMessage={sought.trim().length > 1 && found.isSuccess ? t("trial.nobody") : undefined}
      value={props.person || null}
      onSearchChange={setTyped}
      onChange={(id, one) => props.choose(id ?? "", (one as { label?: string } | null)?.label ?? "")}
    />
  );
}

function Reached({ channels, set }: { channels: string[]; set: (channels: string[]) => void }) {
  const { t } = useTranslation("journeys");
  const option = useOptionWord();
  return (
    <Checkbox.Group label={t("trial.channels")} value={channels} onChange={set}>
      <Group gap="sm" mt={4}>
        {CHANNELS.map((one) => (
          <Checkbox key={one} size="xs" value={one} label={option(one)} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

function Properties({ of, set }: { of: Wish["properties"]; set: (next: Wish["properties"]) => void }) {
  const { t } = useTranslation("journeys");
  return (
    <Stack gap={4}>
      {of.map(([name, value], at) => (
        <Group key={at} gap={4} wrap="nowrap">
          <TextInput
            aria-label={t("setting.property")}
            placeholder={t("setting.property")}
            value={name}
            onChange={(event) => set(of.with(at, [event.currentTarget.value, value]))}
          />
          <TextInput
            aria-label={t("setting.value")}
            placeholder={t("setting.value")}
            value={value}
            onChange={(event) => set(of.with(at, [name, event.currentTarget.value]))}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("panel.without", { setting: name || t("setting.property") })}
            onClick={() => set(of.filter((_, other) => other !== at))}
          >
            <IconX size={14} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => set([...of, ["", ""]])}
        >
          {t("trial.addProperty")}
        </Button>
      </Group>
    </Stack>
  );
}

function Doing(props: { of: Later; messages: string[]; change: (part: Partial<Later>) => void }) {
  const { of, messages, change } = props;
  const { t } = useTranslation("journeys");
  const option = useOptionWord();
  const isEvent = of.does === "event";
  return (
    <Stack gap={6}>
      <LengthInput
        label={t("trial.after")}
        required={false}
        value={of.after}
        fault={undefined}
        put={(after) => change({ after: String(after ?? "") })}
      />
      <NativeSelect
        label={t("trial.does")}
        value={of.does}
        data={["event", ...(messages.length ? REACTIONS : [])].map((one) => ({
          value: one,
          label: option(`does_${one}`),
        }))}
        onChange={(event) => {
          const does = event.currentTarget.value;
          change({ does, what: does === "event" ? "" : (messages[0] ?? "") });
        }}
      />
      {isEvent ? (
        <TextInput
          label={t("setting.event")}
          value={of.what}
          onChange={(event) => change({ what: event.currentTarget.value })}
        />
      ) : (
        <NativeSelect
          label={t("trial.step")}
          value={of.what}
          data={messages}
          onChange={(event) => change({ what: event.currentTarget.value })}
        />
      )}
    </Stack>
  );
}

function asked(text: string, wish: Wish): components["schemas"]["Attempt"] {
  const properties = Object.fromEntries(
    wish.properties.filter(([name]) => name.trim()).map(([name, value]) => [name, valueOf(value)]),
  );
  const channels = [...wish.channels, "inbox", "call", "store", "webhook"] as never[];
  return {
    text,
    person: wish.who === "real" && wish.person ? wish.person : null,
    made_up: { channels, consents: channels, segments: [], traits: {}, language: "" },
    start: wish.start,
    event: "",
    properties,
    later: wish.later
      .filter((one) => one.what.trim())
      .map((one) => ({
        after: one.after,
        event: one.does === "event" ? one.what : "",
        properties: {},
        reaction: (one.does === "event" ? "" : one.does) as Reaction,
        step: one.does === "event" ? "" : one.what,
      })),
    ...asOutcomes(wish.becomes ?? {}, lettersOf(text)),
    ways: waysOf(wish.draws ?? {}, drawsOf(text)),
    days: 90,
  };
}

/** The event of the trigger, and properties with which it lets somebody in. */
function triggerOf(text: string): { event: string; properties: [string, string][] } {
  const trigger = (read(text).trigger ?? {}) as { event?: string; where?: unknown };
  const where = Array.isArray(trigger.where) ? trigger.where : trigger.where ? [trigger.where] : [];
  const properties = (where as Record<string, unknown>[])
    .filter((one) => one && typeof one.property === "string" && !one.property.includes("."))
    .map((one): [string, string] => [String(one.property), fitting(one)]);
  return { event: String(trigger.event ?? ""), properties };
}

function fitting(one: Record<string, unknown>): string {
  const first = Array.isArray(one.in) ? (one.in[0] as unknown) : one.in;
  const plain = one.eq ?? one.gte ?? one.lte ?? one.contains ?? first;
  if (plain !== undefined) return String(plain);
  if (typeof one.gt === "number") return String(one.gt + 1);
  if (typeof one.lt === "number") return String(one.lt - 1);
  return one.exists === false ? "" : "1";
}

function useSettled(text: string): string {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => settle(text), 250);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}
