// What it says: its kind and place, and the blocks of each text with its languages side by side.
import {
  Button, Checkbox, Group, Menu, NativeSelect, NumberInput, Select, Stack, TagsInput, Text, TextInput,
} from "@mantine/core"; // prettier-ignore
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { BlockList } from "./BlockList";
import type { FormProps } from "./Editor";
import classes from "./onsite.module.css";
import {
  type Block, type Blocks, BLOCKS, columnOf, COLUMNS, columnsIn, type Kind, KINDS, type Language,
  LANGUAGES, languagesOf, numberOf, placeOf, PLACES, textsOf, type Variant, withTexts,
} from "./shape"; // prettier-ignore

const MOST_NAME = 200;
const MOST_TEXTS = 8;

export function Texts(form: FormProps) {
  const { wanted, put, wrong, variant } = form;
  const { t } = useTranslation("onsite");
  const texts = textsOf(wanted);
  const text = texts[variant] ?? texts[0];
  const hosts = wanted.link_hosts ?? [];
  const set = (part: Partial<Variant>, host?: string) => {
    const written = texts.map((one, at) => (at === variant ? { ...one, ...part } : one));
    const link_hosts = host && !hosts.includes(host) ? [...hosts, host] : wanted.link_hosts;
    put({ ...withTexts(wanted, written), link_hosts });
  };
  const problem = wrong("/blocks") ?? wrong("/variants");
  return (
    <Stack gap="md">
      <About {...form} />
      <Compared {...form} set={set} />
      {text && (languagesOf(text).length || texts.length === 1) ? (
        <Written {...form} text={text} set={(blocks, host) => set({ blocks }, host)} />
      ) : (
        <Text c="dimmed">{t("text.nothing")}</Text>
      )}
      {problem ? (
        <Text size="sm" className={classes.fault} role="status">
          {problem}
        </Text>
      ) : null}
      <TagsInput
        label={t("form.hosts")}
        description={t("form.hostsHelp")}
        value={hosts}
        error={wrong("/link_hosts")}
        onChange={(typed) => put({ link_hosts: typed.length ? typed : undefined })}
      />
      <LastLanguage {...form} />
    </Stack>
  );
}

function About({ wanted, put, wrong }: FormProps) {
  const { t } = useTranslation("onsite");
  const places = PLACES[wanted.kind];
  const turn = (kind: Kind) =>
    put({ kind, place: undefined, slot: kind === "embedded" ? wanted.slot || wanted.key : undefined });
  return (
    <div className={classes.pair}>
      <TextInput
        label={t("form.name")}
        value={wanted.name}
        dir="auto"
        error={wrong("/name")}
        onChange={(event) => put({ name: event.currentTarget.value.slice(0, 2 * MOST_NAME) })}
      />
      <Select
        label={t("form.kind")}
        allowDeselect={false}
        data={KINDS.map((one) => ({ value: one, label: t(`kind.${one}`) }))}
        value={wanted.kind}
        error={wrong("/kind")}
        onChange={(one) => turn(one as Kind)}
      />
      {places ? (
        <Select
          label={t("form.place")}
          allowDeselect={false}
          data={places.map((one) => ({ value: one, label: t(`place.${one}`) }))}
          value={wanted.place || (places[0] ?? null)}
          error={wrong("/place")}
          onChange={(one) => put({ place: one ?? undefined })}
        />
      ) : null}
      {wanted.kind === "embedded" ? (
        <TextInput
          label={t("form.slot")}
          description={t("form.slotHelp")}
          value={wanted.slot ?? ""}
          maxLength={60}
          error={wrong("/slot")}
          onChange={(event) => put({ slot: event.currentTarget.value })}
        />
      ) : null}
    </div>
  );
}

/** What visitors read in whose language nothing is written. */
function LastLanguage({ wanted, put, wrong }: FormProps) {
  const { t } = useTranslation("onsite");
  const spoken = languagesOf(textsOf(wanted).find((one) => languagesOf(one).length));
  if (spoken.length < 2 && !wanted.language) return null;
  const all = LANGUAGES.filter((one) => spoken.includes(one) || one === wanted.language);
  return (
    <NativeSelect
      className={classes.short ?? ""}
      label={t("form.lastLanguage")}
      description={t("form.lastLanguageHelp")}
      value={wanted.language ?? ""}
      error={wrong("/language")}
      data={[
        { value: "", label: t("form.lastLanguageNone") },
        ...all.map((one) => ({ value: one as string, label: t(`language.${one}`) })),
      ]}
      onChange={(event) => put({ language: (event.currentTarget.value as Language) || undefined })}
    />
  );
}

/** Which text of several is written, and how many visitors get it. */
function Compared(form: FormProps & { set: (part: Partial<Variant>) => void }) {
  const { wanted, put, wrong, variant, setVariant, set } = form;
  const { t } = useTranslation("onsite");
  const texts = textsOf(wanted);
  const free = [..."abcdefghij"].find((one) => !texts.some((other) => other.key === one)) ?? "z";
  const add = (made: Variant) => {
    put(withTexts(wanted, [...texts, made]));
    setVariant(texts.length);
  };
  const text = texts[variant];
  return (
    <section aria-label={t("text.compared")} className={classes.compared}>
      <Group gap={6}>
        {texts.length > 1
          ? texts.map((one, at) => (
              <Button
                key={at}
                size="xs"
                variant={at === variant ? "light" : "default"}
                aria-pressed={at === variant}
                onClick={() => setVariant(at)}
              >
                {languagesOf(one).length ? t("text.one", { key: one.key }) : t("text.holdOut")}
              </Button>
            ))
          : null}
        {texts.length < MOST_TEXTS ? (
          <Menu position="bottom-start" shadow="sm">
            <Menu.Target>
              <Button size="xs" variant="subtle" leftSection={<IconPlus size={14} aria-hidden />}>
                {t("text.add")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => add({ key: free, blocks: structuredClone(text?.blocks ?? {}) })}>
                {t("text.addText")}
              </Menu.Item>
              {texts.every((one) => languagesOf(one).length) ? (
                <Menu.Item onClick={() => add({ key: "nothing" })}>{t("text.addHoldOut")}</Menu.Item>
              ) : null}
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </Group>
      {texts.length > 1 && text ? (
        <Group gap="sm" align="flex-end" mt="xs">
          <NumberInput
            label={t("text.weight")}
            description={t("text.weightHelp")}
            min={1}
            max={1000}
            allowDecimal={false}
            value={text.weight ?? 1}
            error={wrong(`/variants/${variant}/weight`)}
            onChange={(weight) => set({ weight: numberOf(weight) ?? 1 })}
          />
          <Button
            variant="default"
            leftSection={<IconX size={14} aria-hidden />}
            onClick={() => {
              put(withTexts(wanted, texts.filter((_, at) => at !== variant)));
              setVariant(0);
            }}
          >
            {t("text.remove")}
          </Button>
        </Group>
      ) : null}
    </section>
  );
}

interface WrittenProps extends FormProps {
  text: Variant;
  set: (blocks: Blocks, host?: string) => void;
}

/** The blocks in their order; each row holds one in every language. */
function Written({ text, set, ...form }: WrittenProps) {
  const { t } = useTranslation("onsite");
  const blocks = text.blocks ?? {};
  const spoken = languagesOf(text);
  const speak = (language: Language, isOn: boolean) => {
    const { [language]: _, ...rest } = blocks;
    const like = spoken[0] ? (blocks[spoken[0]] ?? []) : [];
    set(isOn ? { ...blocks, [language]: like.map(emptied) } : rest);
  };
  return (
    <>
      <Checkbox.Group label={t("form.languages")} value={spoken}>
        <Group gap="md" mt={4}>
          {LANGUAGES.map((one) => (
            <Checkbox
              key={one}
              value={one}
              label={t(`language.${one}`)}
              disabled={spoken.length === 1 && spoken[0] === one}
              onChange={(event) => speak(one, event.currentTarget.checked)}
            />
          ))}
        </Group>
      </Checkbox.Group>
      <BlockList
        blocks={blocks}
        spoken={spoken}
        place={(language) => `${placeOf(form.wanted, form.variant)}/${language}`}
        wrong={form.wrong}
        doubtful={form.doubtful}
        set={set}
      />
    </>
  );
}

/** The same block without its words: they are to be written in another language. */
function emptied(block: Block): Block {
  if (block.type === COLUMNS) {
    const columns = Array.from({ length: columnsIn(block) }, (_, at) => columnOf(block, at).map(emptied));
    return { ...block, columns };
  }
  const fields = BLOCKS[block.type] ?? [];
  const words = fields.filter((one) => one.sort === "line" || one.sort === "lines");
  const gone = words.filter((one) => one.name !== "code").map((one) => [one.name, ""]);
  return { ...block, ...Object.fromEntries(gone) };
}
