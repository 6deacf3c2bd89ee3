// How a message stands: live in a version, waiting for a second person, or in this browser only.
import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./messages.module.css";

interface Props {
  state: "live" | "waiting" | "unsaved";
  version: number;
}

export function StateBadge({ state, version }: Props) {
  const { t } = useTranslation("messages");
  return (
    <Badge variant="default" size="sm" mr={4} className={classes[state] ?? ""}>
      {t(`state.${state}`, { version })}
    </Badge>
  );
}
