// The handle of a condition or a group: its place, and what can be done with the whole of it.
import { ActionIcon, Menu } from "@mantine/core";
import { IconGripVertical } from "@tabler/icons-react";
import { type ClipboardEvent, createContext, type KeyboardEvent, useContext } from "react";
import { useTranslation } from "react-i18next";
import classes from "./segments.module.css";

export type Deed = "up" | "down" | "copy" | "cut" | "paste" | "double" | "wrap" | "unwrap" | "remove";

export interface Hands {
  act: (deed: Deed, path: string, text?: string) => void;
  /** What goes onto the clipboard. */
  textAt: (path: string) => string;
}
export const HandsContext = createContext<Hands>({ act: () => {}, textAt: () => "" });

interface Props {
  what: string;
  path: string;
  place: number;
  of: number;
  isGroup?: boolean;
}

const DEEDS: Deed[] = ["up", "down", "copy", "cut", "paste", "double", "wrap"];

export function Grip({ what, path, place, of, isGroup }: Props) {
  const { t } = useTranslation("segments");
  const hands = useContext(HandsContext);
  const press = (event: KeyboardEvent) => {
    const deed: Deed | undefined =
      event.key === "Delete"
        ? "remove"
        : event.altKey && event.key === "ArrowUp"
          ? "up"
          : event.altKey && event.key === "ArrowDown"
            ? "down"
            : undefined;
    if (!deed) return;
    event.preventDefault();
    hands.act(deed, path);
  };
  const onto = (deed: Deed | undefined) => (event: ClipboardEvent) => {
    event.preventDefault();
    event.clipboardData.setData("text/plain", hands.textAt(path));
    if (deed) hands.act(deed, path);
  };
  const paste = (event: ClipboardEvent) => {
    event.preventDefault();
    hands.act("paste", path, event.clipboardData.getData("text/plain"));
  };
  return (
    <Menu position="bottom-end" shadow="sm">
      <Menu.Target>
        <ActionIcon
          className={classes.grip}
          variant="subtle"
          color="gray"
          data-grip={path}
          aria-label={t("hand.open", { what, place, of })}
          onKeyDown={press}
          onCopy={onto(undefined)}
          onCut={onto("remove")}
          onPaste={paste}
        >
          <IconGripVertical size={15} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {[...DEEDS, ...(isGroup ? (["unwrap"] as const) : []), "remove" as const].map((one) => (
          <Menu.Item key={one} onClick={() => hands.act(one, path)}>
            {t(`hand.${one}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
