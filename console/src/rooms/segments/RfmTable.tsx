// The five rows and columns as a table with heads; a cell says in words what its colour says.
import { Menu, UnstyledButton } from "@mantine/core";
import { type KeyboardEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { useFmt } from "~/kit";
import type { Cell, Grid } from "./api";
import { Change } from "./Change";
import type { Chosen, Shown } from "./Rfm";
import classes from "./rfm.module.css";
import type { Node } from "./tree";

const SIDE = [1, 2, 3, 4, 5];
const LEVELS = 5;
const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

interface Props {
  grid: Grid;
  shown: Shown;
  see: (chosen: Chosen) => void;
  make: (chosen: Chosen) => void;
}

export function RfmTable({ grid, shown, see, make }: Props) {
  const { t } = useTranslation("segments");
  const box = useRef<HTMLDivElement>(null);
  const rows = SIDE.toReversed().map((recency) =>
    SIDE.map((worth) =>
      grid.cells.find((one) => one.recency === recency && one.worth === worth),
    ),
  );
  const value = (one: Cell) => (shown === "people" ? one.count : one.revenue_minor);
  const most = Math.max(1, ...grid.cells.map(value));
  const revenue = grid.cells.reduce((sum, one) => sum + one.revenue_minor, 0);
  const walk = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const from = (event.target as HTMLElement).closest<HTMLElement>("[data-at]");
    if (!step || !from) return;
    const [row = 0, column = 0] = (from.dataset.at ?? "").split(" ").map(Number);
    const next = `[data-at="${row + step[0]} ${column + step[1]}"]`;
    event.preventDefault();
    box.current?.querySelector<HTMLElement>(next)?.focus();
  };
  return (
    <div
      ref={box}
      className={`k-card ${classes.box}`}
      role="region"
      aria-label={t("rfm.title")}
      tabIndex={0}
    >
      <table className={classes.grid} onKeyDown={walk}>
        <caption className="k-hidden">{t("rfm.caption")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("rfm.corner")}</th>
            {SIDE.map((worth) => (
              <th key={worth} scope="col">
                {t("rfm.worth", { worth })}
                {worth === 1 || worth === 5 ? (
                  <span className={classes.help}> ({t(worth === 1 ? "rfm.least" : "rfm.most")})</span>
                ) : null}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              <th scope="row">
                <RowHead grid={grid} recency={SIDE.length - row} />
              </th>
              {cells.map((one, column) =>
                one ? (
                  <td key={column} data-level={level(value(one), most)}>
                    <Box
                      cell={one}
                      at={`${row} ${column}`}
                      then={grid.then}
                      share={revenue ? one.revenue_minor / revenue : 0}
                      whole={grid.groups.find((other) => other.group === one.group)?.tree as Node}
                      see={see}
                      make={make}
                    />
                  </td>
                ) : null,
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How long ago the last order of this row is: the edges are days that occur. */
function RowHead({ grid, recency }: { grid: Grid; recency: number }) {
  const { t } = useTranslation("segments");
  const fmt = useFmt();
  const edges = grid.edges?.recency_days;
  if (!edges) return recency;
  const low = recency === 5 ? -1 : (edges[4 - recency] ?? 0);
  const high = recency === 1 ? undefined : (edges[5 - recency] ?? 0);
  if (high === undefined) return t("rfm.over", { count: low });
  if (high <= low) return t("rfm.empty");
  if (recency === 5) return t("rfm.upTo", { count: high });
  return t("rfm.between", { from: fmt.number(low + 1), to: fmt.number(high) });
}

interface BoxProps {
  cell: Cell;
  at: string;
  then: string;
  share: number;
  whole: Node;
  see: (chosen: Chosen) => void;
  make: (chosen: Chosen) => void;
}

function Box({ cell, at, then, share, whole, see, make }: BoxProps) {
  const { t } = useTranslation("segments");
  const fmt = useFmt();
  const may = useMay("segments.manage");
  const group = useGroupName()(cell.group);
  const moved = cell.before === null ? null : cell.count - cell.before;
  const { recency, worth } = cell;
  const mine = { name: t("rfm.cellName", { group, recency, worth }), tree: cell.tree as Node };
  return (
    <Menu position="bottom-start" shadow="sm">
      <Menu.Target>
        <UnstyledButton className={classes.cell} data-at={at}>
          <span className={classes.group}>{group}</span>{" "}
          <span className={classes.count}>
            {fmt.number(cell.count)} <span className="k-hidden">{t("rfm.people")}</span>
          </span>{" "}
          <span className={classes.more}>
            <span>
              {fmt.percent(share)} <span className="k-hidden">{t("rfm.ofRevenue")}</span>
            </span>{" "}
            <Change by={moved} />{" "}
            <span className="k-hidden">{t("rfm.since", { then: fmt.date(then) })}</span>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => see(mine)}>{t("rfm.seeCell")}</Menu.Item>
        <Menu.Item onClick={() => see({ name: group, tree: whole })}>
          {t("rfm.seeGroup", { group })}
        </Menu.Item>
        {may ? (
          <>
            <Menu.Item onClick={() => make(mine)}>{t("rfm.newCell")}</Menu.Item>
            <Menu.Item onClick={() => make({ name: group, tree: whole })}>
              {t("rfm.newGroup", { group })}
            </Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}

/** What a group is called in the field; its key for one that has no word here yet. */
export function useGroupName(): (group: string) => string {
  const { t } = useTranslation("segments");
  return (group) => t(`word.rfm_group.${group}` as "word.rfm_group.champions");
}

function level(value: number, most: number): number {
  return value > 0 ? Math.min(LEVELS, 1 + Math.floor((value / most) * LEVELS)) : 0;
}
