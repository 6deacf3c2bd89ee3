// What it says: its kind and place, and the blocks of each text with its languages side by side.
import {
  Button, Checkbox, Group, Menu, NumberInput, Select, Stack, TagsInput, Text, TextInput,
} from "@mantine/core"; // prettier-ignore
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { BlockRow } from "./BlockRow";
import type { FormProps } from "./Editor";
import classes from "./onsite.module.css";
import {
  blank, type Block, type Blocks, BLOCKS, type Kind, KINDS, type Language, LANGUAGES, languagesOf,
  numberOf, placeOf, PLACES, textsOf, type Variant, withTexts,
} from "./shape"; // prettier-ignore

const MOST_NAME = 200;
const MOST_TEXTS = 8;

export function Texts(form: FormProps) {
  const { wanted, put, wrong, variant } = form;
  const { t } = useTranslation("onsite");
  const texts = textsOf(wanted);
  const text = texts[variant] ?? texts[0];
  const set = (part: Partial<Variant>) =>
    put(withTexts(wanted, texts.map((one, at) => (at === variant ? { ...one, ...part } : one))));
  const problem = wrong("/blocks") ?? wrong("/variants");
  return (
    <Stack gap="md">
      <About {...form} />
      <Compared {...form} set={set} />
      {text && (languagesOf(text).length || texts.length === 1) ? (
        <Written {...form} text={text} set={(blocks) => set({ blocks })} />
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
        value={wanted.link_hosts ?? []}
        error={wrong("/link_hosts")}
        onChange={(hosts) => put({ link_hosts: hosts.length ? hosts : undefined })}
      />
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
  set: (blocks: Blocks) => void;
}

/** The blocks in their order; each row holds one in every language. */
function Written({ text, set, ...form }: WrittenProps) {
  const { t } = useTranslation("onsite");
  const blocks = text.blocks ?? {};
  const spoken = languagesOf(text);
  const rows = Math.max(0, ...spoken.map((one) => blocks[one]?.length ?? 0));
  const each = (change: (all: Block[]) => Block[]) =>
    set(Object.fromEntries(spoken.map((one) => [one, change(blocks[one] ?? [])])));
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
      <Stack gap="sm" component="ol" className={classes.rows}>
        {Array.from({ length: rows }, (_, at) => (
          <BlockRow
            key={at}
            at={at}
            rows={rows}
            blocks={blocks}
            spoken={spoken}
            place={placeOf(form.wanted, form.variant)}
            wrong={form.wrong}
            doubtful={form.doubtful}
            change={(language, block) =>
              set({ ...blocks, [language]: placed(blocks[language] ?? [], at, block) })
            }
            share={(name, value) =>
              each((all) => all.map((one, here) => (here === at ? { ...one, [name]: value } : one)))
            }
            move={(by) => each((all) => moved(all, at, by))}
            remove={() => each((all) => all.filter((_, here) => here !== at))}
          />
        ))}
      </Stack>
      <Menu position="bottom-start" shadow="sm">
        <Menu.Target>
          <Button
            size="xs"
            variant="default"
            className={classes.add}
            leftSection={<IconPlus size={14} aria-hidden />}
          >
            {t("block.add")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {Object.keys(BLOCKS).map((one) => (
            <Menu.Item key={one} onClick={() => each((all) => [...all, blank(one)])}>
              {t(`block.${one as "text"}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

/** The same block without its words: they are to be written in another language. */
function emptied(block: Block): Block {
  const fields = BLOCKS[block.type] ?? [];
  const words = fields.filter((one) => one.sort === "line" || one.sort === "lines");
  const gone = words.filter((one) => one.name !== "code").map((one) => [one.name, ""]);
  return { ...block, ...Object.fromEntries(gone) };
}

function placed(all: Block[], at: number, block: Block): Block[] {
  return at < all.length ? all.map((one, here) => (here === at ? block : one)) : [...all, block];
}

function moved(all: Block[], at: number, by: number): Block[] {
  const next = [...all];
  const [one] = next.splice(at, 1);
  if (one) next.splice(at + by, 0, one);
  return next;
}
