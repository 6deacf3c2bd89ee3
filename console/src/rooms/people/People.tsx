// Everybody as a list: found while one types, filtered, ordered, chosen, taken further.
import { ActionIcon, Kbd, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch, IconX } from "@tabler/icons-react";
import { useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Empty, Failed, Page, useFmt } from "~/kit";
import { useReach } from "~/api/state";
import { SampleMark } from "~/rooms/start/SampleMark";
import { useList, whomOf } from "./asks";
import { Bulk } from "./Bulk";
import { ColumnChooser, Views } from "./Choosers";
import { useColumns } from "./columns";
import { Filter } from "./Filter";
import { PeopleTable } from "./PeopleTable";
import { filterSize, useShown } from "./state";
import classes from "./People.module.css";

const TYPING_MS = 120;

export default function People() {
  const { t } = useTranslation("people");
  const fmt = useFmt();
  const reach = useReach();
  const revealed = useMay("people.reveal");
  const [shown, change] = useShown();
  const [text] = useDebouncedValue(shown.text, TYPING_MS);
  const list = useList({ ...shown, text: text.trim() });
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const people = useMemo(() => list.data?.pages.flatMap((one) => one.people) ?? [], [list.data]);
  const head = list.data?.pages[0];
  const columns = useColumns(shown, head?.currency ?? "");
  const [chosen, setChosen] = useState(new Set<string>());
  const [everybody, setEverybody] = useState(false);
  const clear = () => {
    setChosen(new Set());
    setEverybody(false);
  };
  const choose = (ids: string[], inside: boolean) => {
    const base = everybody ? new Set(people.map((one) => one.id)) : new Set(chosen);
    ids.forEach((one) => (inside ? base.add(one) : base.delete(one)));
    setEverybody(false);
    setChosen(base);
  };
  const narrow = (part: Partial<typeof shown>) => {
    clear();
    change(part);
  };
  const search = useRef<HTMLInputElement>(null);
  const searching = text.trim() !== "";
  const whom = everybody ? whomOf(shown) : { people: [...chosen] };
  const nothing = head !== undefined && head.count === 0;
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <Views shown={shown} change={narrow} />
          <ColumnChooser shown={shown} change={change} />
        </>
      }
    >
      <SampleMark />
      <div className={classes.bar} role="search">
        <TextInput
          ref={search}
          className={classes.search}
          aria-label={t("search")}
          placeholder={t("searchHelp")}
          leftSection={<IconSearch size={15} aria-hidden />}
          rightSection={
            shown.text ? (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("clear")}
                onClick={() => {
                  narrow({ text: "", by: "last_seen", descending: true });
                  search.current?.focus();
                }}
              >
                <IconX size={15} aria-hidden />
              </ActionIcon>
            ) : null
          }
          value={shown.text}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            const typed = event.currentTarget.value;
            const by = typed.trim() ? "found" : shown.by === "found" ? "last_seen" : shown.by;
            narrow({ text: typed, by });
          }}
          onKeyDown={(event) => {
            if (event.key !== "ArrowDown") return;
            event.preventDefault();
            document.querySelector<HTMLElement>("[data-index='0'] [data-name]")?.focus();
          }}
        />
        <Filter shown={shown} change={narrow} />
      </div>
      <div className={classes.facts} role="status">
        {head ? (
          <span className={classes.count}>
            {head.more ? t("atLeast", { count: head.count }) : t("count", { count: head.count })}
          </span>
        ) : null}
        {head?.sentence ? <span dir="auto">{t("filter.says", { sentence: head.sentence })}</span> : null}
        {head && !searching ? (
          <span>{head.as_of_ms ? t("asOf", { when: fmt.time(head.as_of_ms) }) : t("notYet")}</span>
        ) : null}
        {revealed ? null : <span>{t("masked")}</span>}
      </div>
      {list.isError && reach === "online" ? (
        <Failed error={list.error} again={() => void list.refetch()} />
      ) : null}
      {nothing ? (
        <Empty title={searching || filterSize(shown) ? t("none.title") : t("empty.title")}>
          {searching ? t("none.help") : filterSize(shown) ? null : t("empty.help")}
        </Empty>
      ) : list.isError && !people.length ? null : (
        <PeopleTable
          people={people}
          count={head?.count ?? 0}
          columns={columns}
          shown={shown}
          change={change}
          chosen={chosen}
          everybody={everybody}
          choose={choose}
          more={more}
          waiting={list.isPending || list.isPlaceholderData}
        />
      )}
      {chosen.size || everybody ? (
        <Bulk
          key={everybody ? "all" : "some"}
          whom={whom}
          count={everybody ? (head?.count ?? 0) : chosen.size}
          all={searching || everybody ? undefined : head?.count}
          chooseAll={() => setEverybody(true)}
          clear={clear}
        />
      ) : null}
      <Text size="xs" c="dimmed" mt={8} visibleFrom="sm">
        <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> {t("keysHelp")}
      </Text>
    </Page>
  );
}
