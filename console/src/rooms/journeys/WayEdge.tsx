// A way between two cards: its name where it has one, and the + that puts a step on it.
import { Menu, UnstyledButton } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from "@xyflow/react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { GROUPS, type Kind, type Way } from "./edit";
import classes from "./journeys.module.css";
import { useKindWord, useWayWord } from "./kinds";
import { ICONS } from "./StepCard";

type WayOf = Edge<{ way: Way; add?: (way: Way, kind: Kind) => void }>;

export function WayEdge(props: EdgeProps<WayOf>) {
  const wayWord = useWayWord();
  const [path, x, y] = getSmoothStepPath({ ...props, borderRadius: 8 });
  const way = props.data?.way;
  const add = props.data?.add;
  if (!way) return null;
  const label = way.name && way.name !== "next" ? wayWord(way.name) : "";
  return (
    <>
      <BaseEdge path={path} />
      <EdgeLabelRenderer>
        <div
          className={`${classes.edge} nodrag nopan`}
          style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
        >
          {label ? <span className={classes.way}>{label}</span> : null}
          {add ? <Add way={way} add={add} label={label} /> : null}
        </div>
      </EdgeLabelRenderer>
    </>
  );
}

interface AddProps {
  way: Way;
  add: (way: Way, kind: Kind) => void;
  label: string;
}

function Add({ way, add, label }: AddProps) {
  const { t } = useTranslation("journeys");
  const word = useKindWord();
  return (
    <Menu position="bottom" withinPortal>
      <Menu.Target>
        <UnstyledButton
          className={classes.add}
          aria-label={t("flow.add", { after: way.from || t("setting.trigger"), way: label })}
        >
          <IconPlus size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah={360} className={classes.scroll}>
        {Object.entries(GROUPS).map(([group, kinds]) => (
          <Fragment key={group}>
            <Menu.Label>{t(`group.${group as keyof typeof GROUPS}`)}</Menu.Label>
            {kinds.map((kind) => {
              const Sign = ICONS[kind];
              return (
                <Menu.Item
                  key={kind}
                  leftSection={Sign ? <Sign size={15} aria-hidden /> : null}
                  onClick={() => add(way, kind)}
                >
                  {word(kind)}
                </Menu.Item>
              );
            })}
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
