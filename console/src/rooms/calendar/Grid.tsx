// A month or a week as a table of days, Monday first; a planned broadcast is dragged to another day.
import { UnstyledButton } from "@mantine/core";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFmt } from "~/kit";
import type { Sent } from "./api";
import classes from "./calendar.module.css";
import { WEEKDAYS } from "./days";
import { type Day, type Entry, nameOf } from "./entries";
import { DRAGGED, EntryChip } from "./EntryChip";
import { Holidays } from "./Holidays";

interface Props {
  label: string;
  days: string[];
  today: string;
  /** The month that is meant, such as 2026-11; days of others are quieter. */
  month: string | null;
  known: Map<string, Day>;
  /** How many of a day are shown before "more". */
  most: number;
  open: (day: string) => void;
  /** Undefined for who may not move. */
  move: ((one: Sent, day?: string) => void) | undefined;
}

export function Grid({ label, days, today, month, known, most, open, move }: Props) {
  const { t } = useTranslation("calendar");
  const weeks = Array.from({ length: days.length / 7 }, (_, at) => days.slice(at * 7, at * 7 + 7));
  const find = (key: string): Sent | undefined => {
    for (const day of known.values()) {
      for (const one of day.entries) {
        if (one.kind === "broadcast" && one.of.key === key) return one.of;
      }
    }
    return undefined;
  };
  return (
    <div className={`k-card ${classes.box}`}>
      <table className={classes.grid} data-week={month === null}>
        <caption className="k-hidden">{label}</caption>
        <thead>
          <tr>
            {WEEKDAYS.map((one) => (
              <th key={one} scope="col" abbr={t(`weekday.${one}`)}>
                {t(`short.${one}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <Cell
                  key={day}
                  day={day}
                  isToday={day === today}
                  isPast={day < today}
                  isOther={month !== null && !day.startsWith(month)}
                  known={known.get(day)}
                  most={most}
                  open={() => open(day)}
                  move={move}
                  drop={(key) => {
                    const one = find(key);
                    if (one && one.day !== day) move?.(one, day);
                  }}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CellProps {
  day: string;
  isToday: boolean;
  isPast: boolean;
  isOther: boolean;
  known: Day | undefined;
  most: number;
  open: () => void;
  move: Props["move"];
  drop: (key: string) => void;
}

function Cell({ day, isToday, isPast, isOther, known, most, open, move, drop }: CellProps) {
  const { t } = useTranslation("calendar");
  const fmt = useFmt();
  const [over, setOver] = useState(false);
  const entries: Entry[] = known?.entries ?? [];
  const takes = move !== undefined && !isPast;
  const isOurs = (event: DragEvent) => takes && event.dataTransfer.types.includes(DRAGGED);
  return (
    <td
      data-day={day}
      data-today={isToday}
      data-other={isOther}
      data-past={isPast}
      data-over={over}
      onDragOver={(event) => {
        if (!isOurs(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (!isOurs(event)) return;
        event.preventDefault();
        setOver(false);
        drop(event.dataTransfer.getData(DRAGGED));
      }}
    >
      <div className={classes.date}>
        <time dateTime={day} aria-current={isToday ? "date" : undefined}>
          <span aria-hidden>{Number(day.slice(8))}</span>
          <span className="k-hidden">{fmt.date(day, "long")}</span>
        </time>
        {isToday ? <span className={classes.today}>{t("today")}</span> : null}
      </div>
      <Holidays of={known?.holidays ?? []} />
      {entries.length ? (
        <ul className={classes.entries}>
          {entries.slice(0, most).map((one) => (
            <li key={nameOf(one)}>
              <EntryChip entry={one} {...(move ? { move } : {})} />
            </li>
          ))}
        </ul>
      ) : null}
      {entries.length > most ? (
        <UnstyledButton className={classes.rest} onClick={open}>
          {t("rest", { count: entries.length - most })}
          <span className="k-hidden"> {fmt.date(day, "long")}</span>
        </UnstyledButton>
      ) : null}
    </td>
  );
}
