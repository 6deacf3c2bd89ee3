// A card of the picture: what a step does, who came, who stands there now.
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import {
  IconBellRinging, IconBolt, IconClock, IconCoin, IconDoorExit, IconFlask, IconGitBranch,
  IconMail, IconPhone, IconRoute, IconSend, IconSpeakerphone, IconTicket, IconTimeline,
  IconUserEdit, IconUsersGroup, IconWebhook, type Icon,
} from "@tabler/icons-react"; // prettier-ignore
import { useTranslation } from "react-i18next";
import { useFmt } from "~/kit";
import type { Card, Drawn, StepNumbers } from "./api";
import classes from "./journeys.module.css";
import { ENTRY } from "./layout";
import { useKindWord } from "./kinds";
import { useMark } from "./picked";

export const ICONS: Record<string, Icon> = {
  send: IconSend, send_email: IconMail, sequence: IconTimeline, wait: IconClock,
  branch: IconGitBranch, split: IconGitBranch, experiment: IconFlask, exit: IconDoorExit,
  update_profile: IconUserEdit, segment_member: IconUsersGroup, give_coupon: IconTicket,
  give_points: IconCoin, task: IconPhone, webhook: IconWebhook, ad_audience: IconSpeakerphone,
  notify: IconBellRinging, go_to: IconRoute,
}; // prettier-ignore

type StepNode = Node<{
  card: Card;
  numbers: StepNumbers | undefined;
  most: number;
  wrong: boolean;
  select: Select;
}>;
type EntryNode = Node<{
  head: Drawn["head"];
  entered: number | undefined;
  select: Select;
}>;
/** Opens a card's panel; `more` marks it beside the others. */
export type Select = (key: string, more: boolean) => void;

export function StepCard({ data }: NodeProps<StepNode>) {
  const { card, numbers, most, wrong, select } = data;
  const mark = useMark(card.key);
  const selected = mark.includes("selected");
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const word = useKindWord();
  const Sign = ICONS[card.kind] ?? IconBolt;
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <button
        type="button"
        className={`${classes.card} nodrag nopan`}
        data-selected={selected}
        data-mark={mark}
        data-wrong={wrong}
        data-step={card.key}
        tabIndex={mark.includes("current") ? 0 : -1}
        aria-pressed={selected || mark.includes("marked")}
        onClick={(event) => select(card.key, event.shiftKey)}
      >
        <span className={classes.cardHead}>
          <span className={classes.icon} aria-hidden>
            <Sign size={16} stroke={1.7} />
          </span>
          <span>
            <span className={classes.kind}>{word(card.kind)}</span>
            <span className={classes.says} dir="auto" title={card.says}>
              {card.says}
            </span>
          </span>
        </span>
        {numbers ? (
          <span className={classes.counts}>
            <span>
              <strong>{fmt.number(numbers.came)}</strong> {t("count.came")}
            </span>
            {numbers.waiting ? (
              <span>
                <strong>{fmt.number(numbers.waiting)}</strong> {t("count.here")}
              </span>
            ) : null}
          </span>
        ) : null}
        {numbers ? <Bar share={numbers.came / most} /> : null}
      </button>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}

export function EntryCard({ data }: NodeProps<EntryNode>) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const mark = useMark(ENTRY);
  const trigger = data.head.find((one) => one.setting === "trigger");
  return (
    <>
      <button
        type="button"
        className={`${classes.card} nodrag nopan`}
        data-selected={mark.includes("selected")}
        data-step={ENTRY}
        tabIndex={mark.includes("current") ? 0 : -1}
        aria-pressed={mark.includes("selected")}
        onClick={() => data.select(ENTRY, false)}
      >
        <span className={classes.cardHead}>
          <span className={classes.icon} aria-hidden>
            <IconBolt size={16} stroke={1.7} />
          </span>
          <span>
            <span className={classes.kind}>{t("setting.trigger")}</span>
            <span className={classes.says} dir="auto">
              {trigger?.says}
            </span>
          </span>
        </span>
        {data.entered === undefined ? null : (
          <span className={classes.counts}>
            <span>
              <strong>{fmt.number(data.entered)}</strong> {t("count.entered")}
            </span>
          </span>
        )}
      </button>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}

function Bar({ share }: { share: number }) {
  const width = `${Math.min(100, Math.max(0, share * 100))}%`;
  return <span className={classes.bar} style={{ width, display: "block" }} aria-hidden />;
}
