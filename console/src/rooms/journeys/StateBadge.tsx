// How a journey stands, by word and colour.
import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./journeys.module.css";

const KNOWN = ["draft", "live", "paused", "stopped", "replaced"] as const;

export function StateBadge({ state }: { state: string }) {
  const { t } = useTranslation("journeys");
  const known = KNOWN.find((one) => one === state) ?? "draft";
  return (
    <Badge variant="default" size="sm" className={classes[known]}>
      {t(`state.${known}`)}
    </Badge>
  );
}
