// A table of any length: sorted by the language's own order, drawn only where it is seen.
import { Group, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { useFmt } from "./words";
import classes from "./DataTable.module.css";

export interface Column<Row> {
  key: string;
  head: string;
  cell: (row: Row) => ReactNode;
  /** What it is sorted by; a column without it cannot be sorted. */
  sortBy?: (row: Row) => string | number | null;
  align?: "left" | "right";
  /** Hidden on narrow screens. */
  wide?: boolean;
  width?: string;
}

interface Props<Row> {
  /** What the table is of, for who cannot see it. */
  label: string;
  rows: Row[];
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
  /** The column it is sorted by at first; "-name" for the largest first. */
  sorted?: string;
  rowHeight?: number;
  /** Called near the end, to bring the next piece. */
  more?: () => void;
}

const VIRTUAL_FROM = 80;

export function DataTable<Row>(props: Props<Row>) {
  const { label, columns, rowKey, rowHeight = 40, more } = props;
  const fmt = useFmt();
  const [sort, setSort] = useState(props.sorted ?? "");
  const rows = useMemo(
    () => order(props.rows, columns, sort, fmt.compare),
    [props.rows, columns, sort, fmt],
  );
  const box = useRef<HTMLDivElement>(null);
  const isLong = rows.length > VIRTUAL_FROM;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    enabled: isLong,
    onChange: (one) => {
      const last = one.getVirtualItems().at(-1);
      if (more && last && last.index > rows.length - 20) more();
    },
  });
  const shown = isLong ? virtual.getVirtualItems() : rows.map((_, index) => ({ index }));
  const above = isLong ? (virtual.getVirtualItems()[0]?.start ?? 0) : 0;
  const below = isLong ? virtual.getTotalSize() - (virtual.getVirtualItems().at(-1)?.end ?? 0) : 0;
  return (
    <div
      ref={box}
      className={`k-card ${classes.box} ${isLong ? classes.long : ""}`}
      role="region"
      aria-label={label}
      tabIndex={0}
    >
      <table className={classes.table} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map((one) => (
              <Head key={one.key} column={one} sort={sort} setSort={setSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 ? <Space height={above} columns={columns.length} /> : null}
          {shown.map(({ index }) => {
            const row = rows[index] as Row;
            return (
              <tr key={rowKey(row)} aria-rowindex={index + 2}>
                {columns.map((one) => (
                  <td key={one.key} className={look(one)}>
                    {one.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 ? <Space height={below} columns={columns.length} /> : null}
        </tbody>
      </table>
    </div>
  );
}

function Space({ height, columns }: { height: number; columns: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

interface HeadProps<Row> {
  column: Column<Row>;
  sort: string;
  setSort: (sort: string) => void;
}

function Head<Row>({ column, sort, setSort }: HeadProps<Row>) {
  const here = sort.replace(/^-/, "") === column.key;
  const down = sort.startsWith("-");
  const way = !here ? undefined : down ? "descending" : "ascending";
  const Arrow = down ? IconArrowDown : IconArrowUp;
  return (
    <th scope="col" className={look(column)} aria-sort={way} style={{ width: column.width }}>
      {column.sortBy ? (
        <UnstyledButton
          className={classes.head}
          onClick={() => setSort(here && !down ? `-${column.key}` : column.key)}
        >
          <Group gap={4} wrap="nowrap" component="span">
            {column.head}
            {here ? <Arrow size={13} aria-hidden /> : null}
          </Group>
        </UnstyledButton>
      ) : (
        column.head
      )}
    </th>
  );
}

function look<Row>(column: Column<Row>): string {
  return [column.align === "right" && classes.right, column.wide && classes.wide]
    .filter(Boolean)
    .join(" ");
}

function order<Row>(
  rows: Row[],
  columns: Column<Row>[],
  sort: string,
  compare: (a: string, b: string) => number,
): Row[] {
  const by = columns.find((one) => one.key === sort.replace(/^-/, ""))?.sortBy;
  if (!by) return rows;
  const way = sort.startsWith("-") ? -1 : 1;
  return [...rows].sort((a, b) => {
    const left = by(a);
    const right = by(b);
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    if (typeof left === "number" && typeof right === "number") return way * (left - right);
    return way * compare(String(left), String(right));
  });
}
