// What slides in from the side: details of a row, while the list stays.
import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  opened: boolean;
  close: () => void;
  title: ReactNode;
  size?: number | string;
  children: ReactNode;
}

export function SideSheet({ opened, close, title, size = 520, children }: Props) {
  const { t } = useTranslation("kit");
  return (
    <Drawer
      opened={opened}
      onClose={close}
      title={title}
      size={size}
      position="right"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {children}
    </Drawer>
  );
}
