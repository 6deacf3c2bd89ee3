// A way between two cards: its name where it has one, and the + that puts a step on it.
import { FocusTrap, Popover, UnstyledButton } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from "@xyflow/react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Kind, Way } from "./edit";
import classes from "./journeys.module.css";
import { useWayWord } from "./kinds";
import { ENTRY } from "./layout";
import { Palette } from "./Palette";
import { useMark } from "./picked";

export interface Adding {
  add: (way: Way, kind: Kind) => void;
  paste: (way: Way) => void;
}
type WayOf = Edge<{ way: Way; adding?: Adding }>;

export function WayEdge(props: EdgeProps<WayOf>) {
  const wayWord = useWayWord();
  const [path, x, y] = getSmoothStepPath({ ...props, borderRadius: 8 });
  const way = props.data?.way;
  const adding = props.data?.adding;
  if (!way) return null;
  const label = way.name && way.name !== "next" ? wayWord(way.name) : "";
  return (
    <>
      <BaseEdge path={path} />
      <EdgeLabelRenderer>
        <div
          className={`${classes.edge} nodrag nopan`}
          data-way={props.id}
          style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
        >
          {label ? <span className={classes.way}>{label}</span> : null}
          {adding ? <Add way={way} adding={adding} label={label} /> : null}
        </div>
      </EdgeLabelRenderer>
    </>
  );
}

function Add({ way, adding, label }: { way: Way; adding: Adding; label: string }) {
  const { t } = useTranslation("journeys");
  const [opened, open] = useState(false);
  const mark = useMark(way.from || ENTRY);
  const name = t("flow.add", { after: way.from || t("setting.trigger"), way: label });
  return (
    <Popover
      opened={opened}
      onChange={open}
      position="bottom"
      width={300}
      shadow="md"
      returnFocus
      withinPortal
    >
      <Popover.Target>
        <UnstyledButton
          className={classes.add}
          aria-label={name}
          aria-haspopup="dialog"
          tabIndex={mark.includes("current") || opened ? 0 : -1}
          onClick={() => open((before) => !before)}
        >
          <IconPlus size={14} aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={name} className={classes.scroll} mah={420}>
        <FocusTrap active={opened}>
          <div>
            <Palette
              focused
              choose={(kind) => {
                open(false);
                adding.add(way, kind);
              }}
              paste={() => {
                open(false);
                adding.paste(way);
              }}
            />
          </div>
        </FocusTrap>
      </Popover.Dropdown>
    </Popover>
  );
}
