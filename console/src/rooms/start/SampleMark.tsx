// Says on a page of figures or people that a sample shop is among them, and leads to its removal.
import { Anchor, Text } from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { sampleQuery } from "./sample";
import classes from "./start.module.css";

export function SampleMark() {
  const { t } = useTranslation("start");
  const known = useQuery({ ...sampleQuery, enabled: useMay("live.read") });
  const mayRemove = useMay("privacy.erase");
  const state = known.data?.state ?? "none";
  if (state === "none") return null;
  return (
    <Text size="sm" role="note" className={classes.sample}>
      <IconFlask size={16} aria-hidden />
      <span>
        {state === "removing" ? t("sample.removing") : t("sample.mark")}{" "}
        {mayRemove && state !== "removing" ? (
          <Anchor component={Link} to={"/start" as string} hash="sample" fz="inherit" underline="always">
            {t("sample.markGo")}
          </Anchor>
        ) : null}
      </span>
    </Text>
  );
}
