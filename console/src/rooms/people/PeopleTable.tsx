// The list itself: drawn only where it is seen, ordered by the server, chosen and opened by keys.
import { Checkbox, Skeleton, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconArrowsSort } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Listed } from "./asks";
import type { Column } from "./columns";
import type { Shown } from "./state";
import classes from "./People.module.css";

interface Props {
  people: Listed[];
  count: number;
  columns: Column[];
  shown: Shown;
  change: (part: Partial<Shown>) => void;
  chosen: Set<string>;
  everybody: boolean;
  choose: (ids: string[], inside: boolean) => void;
  more: () => void;
  waiting: boolean;
}

const ROW = 52;
const NEAR_END = 30;

export function PeopleTable(props: Props) {
  const { people, columns, chosen, everybody, choose, more } = props;
  const { t } = useTranslation("people");
  const box = useRef<HTMLDivElement>(null);
  const wanted = useRef<number | null>(null);
  const virtual = useVirtualizer({
    count: people.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 10,
    initialRect: { width: 1200, height: 900 },
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (people.length && last > people.length - NEAR_END) more();
  }, [last, people.length, more]);
  const goTo = (index: number) => {
    if (index < 0 || index >= people.length) return;
    const link = box.current?.querySelector<HTMLElement>(`[data-index="${index}"] [data-name]`);
    virtual.scrollToIndex(index);
    if (link) link.focus();
    else wanted.current = index;
  };
  useEffect(() => {
    if (wanted.current === null) return;
    const row = `[data-index="${wanted.current}"] [data-name]`;
    const link = box.current?.querySelector<HTMLElement>(row);
    if (link) {
      wanted.current = null;
      link.focus();
    }
  });
  const press = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    const index = row ? Number(row.dataset.index) : -1;
    const way = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (way) {
      event.preventDefault();
      goTo(Math.max(0, Math.min(people.length - 1, index + way)));
    } else if (event.key === "x" && people[index]) {
      event.preventDefault();
      const one = people[index];
      choose([one.id], !(everybody || chosen.has(one.id)));
    }
  };
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const all = people.length > 0 && (everybody || people.every((one) => chosen.has(one.id)));
  const some = !all && chosen.size > 0;
  return (
    <div
      ref={box}
      className={`k-card ${classes.box} ${props.waiting ? classes.waiting : ""}`}
      role="region"
      aria-label={t("title")}
      aria-busy={props.waiting}
      tabIndex={0}
      onKeyDown={press}
    >
      <table className={classes.table} aria-rowcount={props.count + 1}>
        <thead>
          <tr>
            <th scope="col" className={classes.check}>
              <Checkbox
                size="xs"
                aria-label={t("select.page")}
                checked={all}
                indeterminate={some}
                onChange={() => choose(people.map((one) => one.id), !all)}
              />
            </th>
            {columns.map((one) => (
              <Head key={one.key} column={one} shown={props.shown} change={props.change} />
            ))}
          </tr>
        </thead>
        <tbody>
          {props.waiting && !people.length ? <Waiting columns={columns.length + 1} /> : null}
          {above > 0 ? <Space height={above} columns={columns.length + 1} /> : null}
          {items.map(({ index }) => {
            const one = people[index] as Listed;
            const inside = everybody || chosen.has(one.id);
            return (
              <tr
                key={one.id}
                data-index={index}
                aria-rowindex={index + 2}
                className={`${classes.row} ${inside ? classes.chosen : ""}`}
              >
                <td className={classes.check}>
                  <Checkbox
                    size="xs"
                    tabIndex={-1}
                    aria-label={t("select.row", { name: one.name || t("nameless") })}
                    checked={inside}
                    onChange={() => choose([one.id], !inside)}
                  />
                </td>
                {columns.map((column) => (
                  <td key={column.key} className={column.right ? classes.right : undefined}>
                    {column.cell(one)}
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 ? <Space height={below} columns={columns.length + 1} /> : null}
        </tbody>
      </table>
    </div>
  );
}

function Waiting({ columns }: { columns: number }) {
  return [70, 55, 80, 62, 74, 58, 66, 60].map((width, at) => (
    <tr key={at} aria-hidden>
      <td colSpan={columns}>
        <Skeleton height={14} width={`${width}%`} />
      </td>
    </tr>
  ));
}

function Space({ height, columns }: { height: number; columns: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

interface HeadProps {
  column: Column;
  shown: Shown;
  change: (part: Partial<Shown>) => void;
}

function Head({ column, shown, change }: HeadProps) {
  const by = column.by;
  const here = by !== undefined && shown.by === by;
  const Arrow = !here ? IconArrowsSort : shown.descending ? IconArrowDown : IconArrowUp;
  const sort = here ? (shown.descending ? "descending" : "ascending") : undefined;
  return (
    <th scope="col" aria-sort={sort} className={column.right ? classes.right : undefined}>
      {by ? (
        <UnstyledButton
          className={classes.head}
          onClick={() => change({ by, descending: here ? !shown.descending : by !== "name" })}
        >
          {column.head}
          <Arrow size={13} aria-hidden />
        </UnstyledButton>
      ) : (
        column.head
      )}
    </th>
  );
}
