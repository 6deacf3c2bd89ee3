// One broadcast or one time of a journey on its day; a menu opens it or moves it.
import { Menu } from "@mantine/core";
import { IconCalendarShare, IconExternalLink, IconRoute, IconSpeakerphone } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { isMovable, type Sent } from "./api";
import classes from "./calendar.module.css";
import type { Entry } from "./entries";

interface Props {
  entry: Entry;
  /** Begins to move it; nothing for what cannot be moved, or not by this reader. */
  move?: (one: Sent) => void;
}

export const DRAGGED = "application/x-kervan-broadcast";

export function EntryChip({ entry, move }: Props) {
  const { t } = useTranslation("calendar");
  const go = useNavigate();
  const { of } = entry;
  const may = move !== undefined && entry.kind === "broadcast" && isMovable(entry.of);
  const Icon = entry.kind === "broadcast" ? IconSpeakerphone : IconRoute;
  const told = useTold(entry);
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <button
          type="button"
          className={classes.chip}
          data-kind={entry.kind}
          data-state={entry.kind === "broadcast" ? entry.of.status : entry.of.state}
          draggable={may}
          title={`${of.time} ${of.name}`}
          onDragStart={(event) => {
            event.dataTransfer.setData(DRAGGED, of.key);
            event.dataTransfer.effectAllowed = "move";
          }}
        >
          <Icon size={13} stroke={1.8} aria-hidden />
          <span className={classes.time}>{of.time}</span>{" "}
          <span className={classes.name} dir="auto">
            {of.name}
          </span>
          <span className="k-hidden">, {told}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{told}</Menu.Label>
        <Menu.Item
          leftSection={<IconExternalLink size={15} aria-hidden />}
          onClick={() => void go({ to: addressOf(entry) })}
        >
          {t(entry.kind === "broadcast" ? "open.broadcast" : "open.journey")}
        </Menu.Item>
        {may && entry.kind === "broadcast" ? (
          <Menu.Item
            leftSection={<IconCalendarShare size={15} aria-hidden />}
            onClick={() => move(entry.of)}
          >
            {t("move.button")}
          </Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}

export const addressOf = (entry: Entry) =>
  (entry.kind === "broadcast" ? `/broadcasts/${entry.of.key}` : `/journeys/${entry.of.key}`) as string;

/** Its state and channels in words: colour is never the only sign. */
export function useTold(entry: Entry): string {
  const { t } = useTranslation("calendar");
  const channels = entry.of.channels.map((one) => t(`channel.${one as "email"}`));
  const parts = [
    entry.kind === "broadcast"
      ? t(`status.${entry.of.status as "draft"}`)
      : t(`state.${entry.of.state as "next"}`, { count: entry.of.people }),
    ...channels,
  ];
  if (entry.kind === "broadcast" && entry.of.local) parts.push(t("local"));
  if (entry.kind === "journey" && entry.of.more) parts.push(t("more"));
  return parts.join(" · ");
}
