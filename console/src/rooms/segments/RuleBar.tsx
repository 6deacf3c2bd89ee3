// Above a rule: take back and do again, copy the whole of it, and paste one from elsewhere.
import { Button, CopyButton, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowBackUp, IconArrowForwardUp, IconClipboard, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { textOf } from "./clip";
import { readRule } from "./moves";
import classes from "./segments.module.css";
import { asGroup, type Node } from "./tree";
import type { Undoing } from "./useUndo";

export function RuleBar({ tree, undoing }: { tree: Node; undoing: Undoing }) {
  const { t } = useTranslation("segments");
  const [pasting, paste] = useDisclosure();
  return (
    <>
      <Group gap={6} mb="xs">
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconArrowBackUp size={15} aria-hidden />}
          disabled={!undoing.undo}
          onClick={undoing.undo}
        >
          {t("rule.undo")}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconArrowForwardUp size={15} aria-hidden />}
          disabled={!undoing.redo}
          onClick={undoing.redo}
        >
          {t("rule.redo")}
        </Button>
        <CopyButton value={textOf(tree)}>
          {({ copied, copy }) => (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconCopy size={15} aria-hidden />}
              onClick={copy}
            >
              {t(copied ? "rule.copied" : "rule.copy")}
            </Button>
          )}
        </CopyButton>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconClipboard size={15} aria-hidden />}
          onClick={paste.open}
        >
          {t("rule.paste")}
        </Button>
      </Group>
      {pasting ? <Paste tree={tree} change={undoing.change} close={paste.close} /> : null}
    </>
  );
}

interface Props {
  tree: Node;
  change: (tree: Node) => void;
  close: () => void;
}

function Paste({ tree, change, close }: Props) {
  const { t } = useTranslation("segments");
  const { t: kit } = useTranslation("kit");
  const [text, setText] = useState("");
  const [unread, setUnread] = useState(false);
  const go = async (replaces: boolean) => {
    const found = await readRule(text);
    if (!found) return setUnread(true);
    const { group } = asGroup(tree);
    change(replaces ? found : { ...group, of: [...group.of, found] });
    close();
  };
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={t("rule.paste")}
      closeButtonProps={{ "aria-label": kit("close") }}
    >
      <Stack gap="sm">
        <Textarea
          data-autofocus
          label={t("rule.text")}
          value={text}
          autosize
          minRows={6}
          maxRows={18}
          spellCheck={false}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setUnread(false);
          }}
        />
        {unread ? (
          <Text size="sm" className={classes.fault} role="alert">
            {t("rule.unread")}
          </Text>
        ) : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" disabled={!text.trim()} onClick={() => void go(false)}>
            {t("rule.append")}
          </Button>
          <Button disabled={!text.trim()} onClick={() => void go(true)}>
            {t("rule.replace")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
