// The media library: its pictures in a table, with what they say to who does not see them, and where.
import { Group, SegmentedControl, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import { useMay } from "~/api/me";
import { LOCALES } from "~/fmt";
import { Asked, type Column, DataTable, Empty, Page, useFmt } from "~/kit";
import { HEAVY_BYTES, listQuery, type Picture, shownAt, type Size } from "./api";
import { Bring } from "./Bring";
import classes from "./media.module.css";
import { Shows } from "./Shows";
import { useUploads } from "./useUploads";

const Sheet = lazily(() => import("./Sheet"));
const PAUSE_MS = 200;

export default function Media() {
  const { t } = useTranslation("media");
  const mayEdit = useMay("journeys.edit");
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const [archived, setArchived] = useState(false);
  const [opened, setOpened] = useState("");
  // The sheet is gone when it closes, and with it what would lead back to the row.
  const row = useRef<Element | null>(null);
  const found = useInfiniteQuery(listQuery(asked, archived));
  const uploads = useUploads();
  const rows = found.data?.pages.flatMap((one) => one.items) ?? [];
  const none = archived ? "noneArchived" : "none";
  return (
    <Page title={t("title")} below={<Text c="dimmed">{t("says")}</Text>}>
      {mayEdit ? <Bring uploads={uploads} /> : null}
      <Group gap="xs" mb="sm" wrap="wrap">
        <TextInput
          className={classes.search}
          aria-label={t("search")}
          placeholder={t("search")}
          leftSection={<IconSearch size={15} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label={t("which")}
          value={archived ? "archived" : "here"}
          onChange={(value) => setArchived(value === "archived")}
          data={[
            { value: "here", label: t("here") },
            { value: "archived", label: t("archived") },
          ]}
        />
      </Group>
      <Asked
        of={found}
        isEmpty={() => !rows.length}
        empty={
          <Empty title={asked ? t("noneFound") : t(none)}>
            {asked || archived ? null : t("noneHelp")}
          </Empty>
        }
      >
        {(data) => (
          <>
            <Table
              rows={rows}
              open={(id) => {
                row.current = document.activeElement;
                setOpened(id);
              }}
              more={() => {
                if (found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage();
              }}
            />
            <Text size="sm" c="dimmed" mt="xs" role="status">
              {t("count", { count: data.pages[0]?.total ?? 0 })}
            </Text>
          </>
        )}
      </Asked>
      {opened ? (
        <Suspense>
          <Sheet
            key={opened}
            id={opened}
            close={() => {
              setOpened("");
              requestAnimationFrame(() => (row.current as HTMLElement | null)?.focus());
            }}
          />
        </Suspense>
      ) : null}
    </Page>
  );
}

interface TableProps {
  rows: Picture[];
  open: (id: string) => void;
  more: () => void;
}

function Table({ rows, open, more }: TableProps) {
  const { t } = useTranslation("media");
  const fmt = useFmt();
  const columns: Column<Picture>[] = [
    {
      key: "name",
      head: t("column.name"),
      cell: (one) => (
        <UnstyledButton className={classes.row} onClick={() => open(one.id)}>
          <img
            className={classes.thumb}
            src={shownAt(one.sizes[0] as Size)}
            alt=""
            width={56}
            height={42}
            loading="lazy"
          />
          <span>
            <span className={classes.name} dir="auto">
              {one.name}
            </span>
            {one.tags.length ? (
              <span className={classes.tags} dir="auto">
                {fmt.list(one.tags)}
              </span>
            ) : null}
          </span>
        </UnstyledButton>
      ),
    },
    { key: "alt", head: t("column.alt"), cell: (one) => <Alt of={one} /> },
    {
      key: "size",
      head: t("column.size"),
      wide: true,
      align: "right",
      cell: (one) => <Weight of={one} />,
    },
    { key: "users", head: t("column.users"), wide: true, cell: (one) => <Shows of={one.users} /> },
    {
      key: "at",
      head: t("column.at"),
      wide: true,
      align: "right",
      cell: (one) => fmt.dateTime(one.at),
    },
  ];
  return (
    <DataTable
      label={t("title")}
      rows={rows}
      columns={columns}
      rowKey={(one) => one.id}
      rowHeight={60}
      more={more}
    />
  );
}

/** In which languages it says what it shows; where it does not is marked. */
function Alt({ of }: { of: Picture }) {
  const { t } = useTranslation("media");
  return (
    <ul className={classes.languages}>
      {LOCALES.map((one) => {
        const says = of.alt[one];
        const told = t(says ? "altIn" : "altLacks", { language: t(`language.${one}`) });
        return (
          <li key={one} className={says ? classes.has : classes.lacks} title={says || told}>
            <span aria-hidden>{says ? one : `+ ${one}`}</span>
            <span className="k-hidden">{told}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** What a reader loads at most; heavy ones are said to be. */
function Weight({ of }: { of: Picture }) {
  const { t } = useTranslation("media");
  const fmt = useFmt();
  const large = of.sizes.at(-1) as Size;
  const heavy = large.size_bytes > HEAVY_BYTES;
  return (
    <>
      <div>{t("pixels", { width: fmt.number(of.width), height: fmt.number(of.height) })}</div>
      <div className={heavy ? classes.heavy : "k-quiet"}>
        {t(heavy ? "heavy" : "kilobytes", { size: fmt.number(Math.ceil(large.size_bytes / 1000)) })}
      </div>
    </>
  );
}
