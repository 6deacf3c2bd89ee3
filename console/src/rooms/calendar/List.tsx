// The days as a list, for narrow screens and for who reads from top to bottom.
import { ActionIcon, Text } from "@mantine/core";
import { IconCalendarShare } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty, useFmt } from "~/kit";
import { isMovable, type Sent } from "./api";
import classes from "./calendar.module.css";
import { WEEKDAYS, weekdayOf } from "./days";
import { type Day, type Entry, nameOf } from "./entries";
import { addressOf, useTold } from "./EntryChip";
import { Holidays } from "./Holidays";

interface Props {
  days: string[];
  today: string;
  known: Map<string, Day>;
  move: ((one: Sent) => void) | undefined;
}

export function List({ days, today, known, move }: Props) {
  const { t } = useTranslation("calendar");
  const fmt = useFmt();
  const full = days.filter((one) => known.has(one));
  if (!full.length) return <Empty title={t("none")}>{t("noneHelp")}</Empty>;
  return (
    <ol className={classes.list}>
      {full.map((day) => (
        <li key={day} className="k-card" data-day={day}>
          <h2 className={classes.heading}>
            <time dateTime={day}>{fmt.date(day, "long")}</time>
            <span>{t(`weekday.${WEEKDAYS[weekdayOf(day)] ?? "mon"}`)}</span>
            {day === today ? <span className={classes.today}>{t("today")}</span> : null}
          </h2>
          <Holidays of={known.get(day)?.holidays ?? []} />
          <ul className={classes.rows}>
            {known.get(day)?.entries.map((one) => (
              <Row key={nameOf(one)} entry={one} move={move} />
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function Row({ entry, move }: { entry: Entry; move: Props["move"] }) {
  const { t } = useTranslation("calendar");
  const told = useTold(entry);
  const { of } = entry;
  return (
    <li>
      <span className={classes.time}>{of.time}</span>
      <span className={classes.what}>
        <Link to={addressOf(entry)} dir="auto">
          {of.name}
        </Link>
        <Text size="sm" c="dimmed" component="span">
          {told}
        </Text>
      </span>
      {move && entry.kind === "broadcast" && isMovable(entry.of) ? (
        <ActionIcon
          variant="default"
          aria-label={t("move.of", { name: of.name })}
          onClick={() => move(entry.of)}
        >
          <IconCalendarShare size={16} aria-hidden />
        </ActionIcon>
      ) : null}
    </li>
  );
}
