// Asks before something that cannot be taken back: says what it touches, and has a word typed.
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { fold } from "~/fmt";
import { Failed } from "./states";

interface Props {
  opened: boolean;
  close: () => void;
  title: string;
  /** What it touches, in numbers and names. */
  touches: ReactNode;
  /** What to type; nothing for what can be undone. */
  type?: string;
  /** The word on the button. */
  word: string;
  act: () => Promise<unknown>;
}

export function Confirm({ opened, close, title, touches, type, word, act }: Props) {
  const { t } = useTranslation("kit");
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const leave = () => {
    setTyped("");
    setError(undefined);
    close();
  };
  const go = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await act();
      leave();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened={opened}
      onClose={leave}
      title={title}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <Stack gap="sm">
          <Text component="div">{touches}</Text>
          {type ? (
            <TextInput
              data-autofocus
              label={t("confirm.type", { word: type })}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
            />
          ) : null}
          {error ? <Failed error={error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={leave}>
              {t("confirm.cancel")}
            </Button>
            <Button
              type="submit"
              color="red.9"
              loading={busy}
              disabled={type !== undefined && fold(typed) !== fold(type)}
            >
              {word}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
