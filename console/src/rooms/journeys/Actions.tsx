// What can be done with a journey: undo and redo, pause, resume, publish, and the rarer things.
import { ActionIcon, Button, Menu, Text } from "@mantine/core";
import {
  IconArrowBackUp, IconArrowForwardUp, IconDotsVertical, IconPlayerPause, IconPlayerPlay,
} from "@tabler/icons-react"; // prettier-ignore
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import type { DeedName } from "./Deed";
import type { Saving, Writing } from "./useText";

interface Props {
  state: string;
  writing: Writing;
  mayEdit: boolean;
  /** Whether the text may go live: it can be read, and says something else than what is live. */
  ready: boolean;
  hasDraft: boolean;
  publish: () => void;
  act: (deed: DeedName) => void;
  drop: () => void;
}

export function Actions(props: Props) {
  const { state, writing, mayEdit, ready, hasDraft, publish, act, drop } = props;
  const { t } = useTranslation("journeys");
  const mayPublish = useMay("journeys.publish");
  const isOn = state === "live" || state === "paused";
  const turn = state === "live" ? "pause" : "resume";
  const Sign = turn === "pause" ? IconPlayerPause : IconPlayerPlay;
  return (
    <>
      <Saved state={writing.saving} />
      {mayEdit ? (
        <>
          <ActionIcon
            variant="default"
            aria-label={t("undo")}
            disabled={!writing.undo}
            onClick={() => writing.undo?.()}
          >
            <IconArrowBackUp size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="default"
            aria-label={t("redo")}
            disabled={!writing.redo}
            onClick={() => writing.redo?.()}
          >
            <IconArrowForwardUp size={16} aria-hidden />
          </ActionIcon>
        </>
      ) : null}
      {mayPublish && isOn ? (
        <Button
          variant="default"
          size="xs"
          leftSection={<Sign size={15} aria-hidden />}
          onClick={() => act(turn)}
        >
          {t(`deed.${turn}`)}
        </Button>
      ) : null}
      {mayPublish ? (
        <Button size="xs" disabled={!ready} onClick={publish}>
          {t("publish.go")}
        </Button>
      ) : null}
      {(mayPublish && isOn) || hasDraft ? (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="default" aria-label={t("more")}>
              <IconDotsVertical size={16} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {hasDraft ? <Menu.Item onClick={drop}>{t("dropDraft")}</Menu.Item> : null}
            {mayPublish && isOn ? (
              <>
                <Menu.Item onClick={() => act("undo")}>{t("deed.undo")}</Menu.Item>
                <Menu.Item onClick={() => act("stop")}>{t("deed.stop")}</Menu.Item>
              </>
            ) : null}
          </Menu.Dropdown>
        </Menu>
      ) : null}
    </>
  );
}

function Saved({ state }: { state: Saving }) {
  const { t } = useTranslation("journeys");
  return (
    <Text size="sm" c="dimmed" role="status" miw={90} ta="right">
      {t(`saving.${state}`)}
    </Text>
  );
}
