// One block in every language, side by side: what is missing is marked, what is shared stands once.
import { ActionIcon, Button, Group, Select, Text, Textarea, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconX } from "@tabler/icons-react";
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFmt } from "~/kit";
import { FromLibrary } from "~/rooms/media/FromLibrary";
import classes from "./onsite.module.css";
import { type Block, type Blocks, BLOCKS, blank, COLUMNS, type Field, type Language } from "./shape";

interface Props {
  at: number;
  rows: number;
  /** Whether it may be removed: the last one of all stays. */
  mayGo: boolean;
  blocks: Blocks;
  spoken: Language[];
  /** Where the blocks of a language stand in the campaign: "/blocks/tr". */
  place: (language: Language) => string;
  wrong: (path: string) => string | undefined;
  doubtful: (path: string) => string | undefined;
  /** A picture of the library brings its host: links to it are then allowed. */
  change: (language: Language, block: Block, host?: string) => void;
  share: (name: string, value: string) => void;
  move: (by: number) => void;
  remove: () => void;
  /** What stands side by side in it. */
  columns: (name: string) => ReactNode;
}

export function BlockRow(props: Props) {
  const { at, rows, mayGo, blocks, spoken, place, wrong, change, share, move, remove } = props;
  const { t } = useTranslation("onsite");
  const here = spoken.map((one) => blocks[one]?.[at]);
  const first = here.find((one) => one);
  if (!first) return null;
  const kind = t(`block.${(BLOCKS[first.type] ? first.type : COLUMNS) as "text"}`);
  const name = t("block.called", { kind, at: at + 1 });
  const shared = (BLOCKS[first.type] ?? []).filter((one) => one.shared);
  return (
    <li className={`k-card ${classes.row}`} aria-label={name}>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm" fw={600}>
          {kind}
        </Text>
        <Group gap={2}>
          <Tool label={t("block.up", { name })} off={at === 0} act={() => move(-1)} icon={IconArrowUp} />
          <Tool label={t("block.down", { name })} off={at === rows - 1} act={() => move(1)} icon={IconArrowDown} />
          <Tool label={t("block.remove", { name })} off={!mayGo} act={remove} icon={IconX} />
        </Group>
      </Group>
      {shared.length ? (
        <div className={classes.pair}>
          {shared.map((one) => (
            <Select
              key={one.name}
              label={t(`field.${one.name as "style"}`)}
              allowDeselect={false}
              data={(one.choices ?? []).map((choice) => ({
                value: choice,
                label: t(`choice.${(choice || "none") as "none"}`),
              }))}
              value={String(first[one.name] ?? one.choices?.[0] ?? "")}
              error={spoken[0] && wrong(`${place(spoken[0])}/${at}/${one.name}`)}
              onChange={(choice) => share(one.name, choice ?? "")}
            />
          ))}
        </div>
      ) : null}
      {first.type === COLUMNS ? props.columns(name) : null}
      <div className={classes.languages}>
        {(first.type === COLUMNS ? [] : spoken).map((language) => {
          const block = blocks[language]?.[at];
          return (
            <div key={language} lang={language} role="group" aria-label={t(`language.${language}`)}>
              {spoken.length > 1 ? <Heading language={language} block={block} /> : null}
              {block ? (
                <Fields
                  {...props}
                  block={block}
                  language={language}
                  path={`${place(language)}/${at}`}
                  set={(part, host) => change(language, { ...block, ...part }, host)}
                />
              ) : (
                <Button size="xs" variant="default" onClick={() => change(language, blank(first.type))}>
                  {t("block.addHere", { kind })}
                </Button>
              )}
            </div>
          );
        })}
      </div>
    </li>
  );
}

const isMissing = (block: Block, field: Field) => Boolean(field.needed) && !block[field.name];

function Heading({ language, block }: { language: Language; block: Block | undefined }) {
  const { t } = useTranslation("onsite");
  const fields = block ? (BLOCKS[block.type] ?? []) : [];
  const missing = !block || fields.some((one) => isMissing(block, one));
  return (
    <Text size="xs" c="dimmed" mb={2}>
      {t(`language.${language}`)}
      {missing ? <span className={classes.missing}>{t("block.missing")}</span> : null}
    </Text>
  );
}

interface FieldsProps extends Pick<Props, "wrong" | "doubtful"> {
  block: Block;
  language: Language;
  path: string;
  set: (part: Record<string, unknown>, host?: string) => void;
}

function Fields({ block, language, path, set, wrong, doubtful }: FieldsProps) {
  const { t } = useTranslation("onsite");
  const fmt = useFmt();
  const fields = BLOCKS[block.type];
  if (!fields) return null;
  const whole = wrong(path) ?? doubtful(path);
  const amiss = (one: Field) => {
    if (isMissing(block, one)) return t("block.empty");
    const long = [...String(block[one.name] ?? "")].length;
    return one.most && long > one.most
      ? t("block.tooLong", { most: fmt.number(one.most), long: fmt.number(long) })
      : undefined;
  };
  return (
    <>
      {fields
        .filter((one) => !one.shared)
        .map((one) => {
          const at = `${path}/${one.name}`;
          const common = {
            label: t(`field.${one.name as "text"}`),
            value: String(block[one.name] ?? ""),
            dir: one.sort === "url" ? "ltr" : "auto",
            description: block.type === "button" && one.name === "url" ? t("field.urlHelp") : undefined,
            required: one.needed ?? false,
            error: amiss(one) ?? wrong(at),
            mb: 6,
          };
          return one.sort === "lines" ? (
            <Textarea
              key={one.name}
              {...common}
              autosize
              minRows={2}
              maxRows={12}
              onChange={(event) => set({ [one.name]: event.currentTarget.value })}
            />
          ) : (
            <Fragment key={one.name}>
              <TextInput
                {...common}
                inputMode={one.sort === "url" ? "url" : "text"}
                onChange={(event) => set({ [one.name]: event.currentTarget.value })}
              />
              {block.type === "image" && one.name === "url" ? (
                <FromLibrary
                  language={language}
                  where="page"
                  className={classes.fromLibrary}
                  take={({ url, alt }) => set({ url, alt }, new URL(url).hostname)}
                />
              ) : null}
            </Fragment>
          );
        })}
      {whole ? (
        <Text size="xs" className={classes.fault} role="status">
          {whole}
        </Text>
      ) : null}
    </>
  );
}

interface ToolProps {
  label: string;
  off: boolean;
  act: () => void;
  icon: typeof IconX;
}

function Tool({ label, off, act, icon: Icon }: ToolProps) {
  return (
    <ActionIcon size={26} variant="subtle" color="gray" aria-label={label} disabled={off} onClick={act}>
      <Icon size={15} aria-hidden />
    </ActionIcon>
  );
}
