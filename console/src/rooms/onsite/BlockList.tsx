// Blocks in their order, each in every language; those side by side hold lists of their own.
import { Button, Menu, Select, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFmt } from "~/kit";
import { BlockRow } from "./BlockRow";
import classes from "./onsite.module.css";
import {
  blank, type Block, type Blocks, BLOCKS, columnOf, COLUMNS, columnsIn, type Language,
} from "./shape"; // prettier-ignore

interface Props {
  blocks: Blocks;
  spoken: Language[];
  place: (language: Language) => string;
  wrong: (path: string) => string | undefined;
  doubtful: (path: string) => string | undefined;
  set: (blocks: Blocks, host?: string) => void;
  /** The columns that this list is one of. */
  within?: string;
}

export function BlockList({ blocks, spoken, place, wrong, doubtful, set, within }: Props) {
  const { t } = useTranslation("onsite");
  const rows = Math.max(0, ...spoken.map((one) => blocks[one]?.length ?? 0));
  const each = (change: (all: Block[]) => Block[]) =>
    set(Object.fromEntries(spoken.map((one) => [one, change(blocks[one] ?? [])])));
  const kinds = [...Object.keys(BLOCKS), ...(within ? [] : [COLUMNS])];
  return (
    <>
      <Stack gap="sm" component="ol" className={classes.rows}>
        {Array.from({ length: rows }, (_, at) => (
          <BlockRow
            key={at}
            at={at}
            rows={rows}
            mayGo={rows > 1 || Boolean(within)}
            blocks={blocks}
            spoken={spoken}
            place={place}
            wrong={wrong}
            doubtful={doubtful}
            change={(language, block, host) =>
              set({ ...blocks, [language]: placed(blocks[language] ?? [], at, block) }, host)
            }
            share={(name, value) =>
              each((all) => all.map((one, here) => (here === at ? { ...one, [name]: value } : one)))
            }
            move={(by) => each((all) => moved(all, at, by))}
            remove={() => each((all) => all.filter((_, here) => here !== at))}
            columns={(name) => (
              <Columns
                of={(language) => blocks[language]?.[at]}
                name={name}
                spoken={spoken}
                place={(language) => `${place(language)}/${at}/columns`}
                wrong={wrong}
                doubtful={doubtful}
                set={(changed, host) => {
                  const all = spoken.map((one) => [one, placed(blocks[one] ?? [], at, changed(one))]);
                  set(Object.fromEntries(all), host);
                }}
              />
            )}
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
            aria-label={within ? t("block.addTo", { name: within }) : undefined}
          >
            {t("block.add")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {kinds.map((one) => (
            <Menu.Item key={one} onClick={() => each((all) => [...all, blank(one)])}>
              {t(`block.${one as "text"}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

const MOST_COLUMNS = ["2", "3"];

interface ColumnsProps extends Omit<Props, "blocks" | "set" | "within"> {
  of: (language: Language) => Block | undefined;
  name: string;
  set: (changed: (language: Language) => Block, host?: string) => void;
}

/** Two or three lists side by side; below each other here, as on a phone. */
function Columns({ of, name, spoken, place, wrong, doubtful, set }: ColumnsProps) {
  const { t } = useTranslation("onsite");
  const fmt = useFmt();
  const count = Math.max(2, ...spoken.map((one) => columnsIn(of(one))));
  const lists = (language: Language) =>
    Array.from({ length: count }, (_, at) => columnOf(of(language), at));
  // What stood in a column that goes away is moved into the one before it.
  const narrowed = (all: Block[][], wanted: number) => [
    ...all.slice(0, wanted - 1),
    all.slice(wanted - 1).flat(),
  ];
  const widened = (all: Block[][]) => [...all, []];
  return (
    <Stack gap="sm">
      <Select
        className={classes.short ?? ""}
        label={t("block.columnsCount")}
        allowDeselect={false}
        data={MOST_COLUMNS.map((one) => ({ value: one, label: fmt.number(Number(one)) }))}
        value={String(count)}
        onChange={(wanted) =>
          set((language) => ({
            type: COLUMNS,
            columns:
              Number(wanted) > count ? widened(lists(language)) : narrowed(lists(language), Number(wanted)),
          }))
        }
      />
      {Array.from({ length: count }, (_, column) => {
        const called = `${t("block.column", { count: column + 1 })} (${name})`;
        return (
          <section key={column} className={classes.column} aria-label={called}>
            <Text size="sm" fw={600} mb={6}>
              {t("block.column", { count: column + 1 })}
            </Text>
            <BlockList
              within={called}
              blocks={Object.fromEntries(spoken.map((one) => [one, columnOf(of(one), column)]))}
              spoken={spoken}
              place={(language) => `${place(language)}/${column}`}
              wrong={wrong}
              doubtful={doubtful}
              set={(inner, host) =>
                set((language) => {
                  const all = lists(language);
                  all[column] = inner[language] ?? [];
                  return { type: COLUMNS, columns: all };
                }, host)
              }
            />
          </section>
        );
      })}
    </Stack>
  );
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
