// What is sent on which day, by all channels: a month, a week, or a list.
import { ActionIcon, Button, Chip, Group, SegmentedControl, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAtWork } from "~/api/broadcasts";
import { todayIn } from "~/api/clock";
import { useMay, useMe } from "~/api/me";
import { Asked, Page, SideSheet, useFmt } from "~/kit";
import { type Calendar as Found, calendarQuery, refresh, type Sent } from "./api";
import classes from "./calendar.module.css";
import { daysOf, plus, spanOf, stepped, type View, VIEWS } from "./days";
import { byDay, channelsOf } from "./entries";
import { Grid } from "./Grid";
import { List } from "./List";
import { Move } from "./Move";
import { QuietHours } from "./QuietHours";
import { type Shown, useShown } from "./useShown";

const MOST_IN_MONTH = 4;
const MOST_IN_WEEK = 40;

export default function Calendar() {
  const { t, i18n } = useTranslation("calendar");
  const me = useMe();
  const [shown, show] = useShown(todayIn(me.timezone));
  const { from, to } = spanOf(shown.view, shown.day);
  const found = useQuery(calendarQuery(from, to, i18n.language));
  useAtWork(true, () => void refresh());
  return (
    <Page
      title={t("title")}
      actions={<Turn shown={shown} show={show} today={todayIn(me.timezone)} />}
      below={<Text c="dimmed">{t("says", { zone: me.timezone })}</Text>}
    >
      <Asked of={found}>
        {(calendar) => <Days key={calendar.first} calendar={calendar} shown={shown} show={show} />}
      </Asked>
    </Page>
  );
}

interface TurnProps {
  shown: Shown;
  show: (part: Partial<Shown>) => void;
  today: string;
}

/** Which days: one step back and forth, today, and how they are laid out. */
function Turn({ shown, show, today }: TurnProps) {
  const { t } = useTranslation("calendar");
  const fmt = useFmt();
  const { from, to } = spanOf(shown.view, shown.day);
  const said =
    shown.view === "week"
      ? `${fmt.day(from)} – ${fmt.date(to)}`
      : fmt.monthYear(shown.day);
  const unit = shown.view === "week" ? "week" : "month";
  return (
    <>
      <Group gap={4} wrap="nowrap">
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={t(`before.${unit}`)}
          onClick={() => show({ day: stepped(shown.view, shown.day, -1) })}
        >
          <IconChevronLeft size={16} aria-hidden />
        </ActionIcon>
        <Text fw={600} className={classes.span} aria-live="polite">
          {said}
        </Text>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={t(`after.${unit}`)}
          onClick={() => show({ day: stepped(shown.view, shown.day, 1) })}
        >
          <IconChevronRight size={16} aria-hidden />
        </ActionIcon>
      </Group>
      <Button size="sm" variant="default" onClick={() => show({ day: today })}>
        {t("today")}
      </Button>
      {shown.narrow ? null : (
        <SegmentedControl
          size="sm"
          aria-label={t("view.label")}
          value={shown.view}
          data={VIEWS.map((one) => ({ value: one, label: t(`view.${one}`) }))}
          onChange={(view) => show({ view: view as View })}
        />
      )}
    </>
  );
}

interface DaysProps {
  calendar: Found;
  shown: Shown;
  show: (part: Partial<Shown>) => void;
}

function Days({ calendar, shown, show }: DaysProps) {
  const { t } = useTranslation("calendar");
  const fmt = useFmt();
  const mayMove = useMay("journeys.edit");
  const [moving, setMoving] = useState<{ one: Sent; day: string } | null>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const { today } = calendar;
  const known = byDay(calendar, shown.channels);
  const channels = [...new Set([...channelsOf(calendar), ...shown.channels])];
  // Where nothing was dropped the day after is offered, never one that has passed.
  const move = (one: Sent, day?: string) => {
    const next = plus(one.day, 1);
    setMoving({ one, day: day ?? (next < today ? today : next) });
  };
  const span = { from: calendar.first, to: calendar.last };
  const label =
    shown.view === "week"
      ? `${fmt.day(span.from)} – ${fmt.date(span.to)}`
      : fmt.monthYear(shown.day);
  return (
    <>
      <Group justify="space-between" gap="sm" mb="sm" align="flex-start">
        <QuietHours of={calendar.quiet} />
        {channels.length > 1 ? (
          <Chip.Group multiple value={shown.channels} onChange={(some) => show({ channels: some })}>
            <Group gap={6} role="group" aria-label={t("filter")}>
              {channels.map((one) => (
                <Chip key={one} value={one} size="xs" variant="outline">
                  {t(`channel.${one as "email"}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        ) : null}
      </Group>
      {shown.view === "list" ? (
        <List days={daysOf(span)} today={today} known={known} move={mayMove ? move : undefined} />
      ) : (
        <Grid
          label={label}
          days={daysOf(span)}
          today={today}
          month={shown.view === "month" ? shown.day.slice(0, 7) : null}
          known={known}
          most={shown.view === "month" ? MOST_IN_MONTH : MOST_IN_WEEK}
          open={setOpened}
          move={mayMove ? move : undefined}
        />
      )}
      {opened ? (
        <SideSheet opened close={() => setOpened(null)} title={fmt.date(opened, "long")}>
          <List days={[opened]} today={today} known={known} move={mayMove ? move : undefined} />
        </SideSheet>
      ) : null}
      {moving ? (
        <Move
          key={`${moving.one.key} ${moving.day}`}
          one={moving.one}
          day={moving.day}
          today={today}
          holidaysOf={(day) => calendar.holidays.filter((one) => one.day === day).map((one) => one.name)}
          close={() => setMoving(null)}
        />
      ) : null}
    </>
  );
}
