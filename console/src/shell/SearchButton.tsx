// Looks like a field, opens the palette.
import { Kbd, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./Frame.module.css";

export function SearchButton({ open }: { open: () => void }) {
  const { t } = useTranslation("shell");
  return (
    <UnstyledButton className={classes.search} onClick={open} aria-keyshortcuts="/ Control+K">
      <IconSearch size={15} aria-hidden />
      <span>{t("search")}</span>
      <Kbd size="xs" aria-hidden>
        /
      </Kbd>
    </UnstyledButton>
  );
}
