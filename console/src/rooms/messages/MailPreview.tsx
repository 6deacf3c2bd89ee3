// A mail on a desk, on a phone, in the dark, and without pictures; how near it is to being cut off.
import { Group, Progress, SegmentedControl, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFmt } from "~/kit";
import type { Shown } from "./api";
import { MailFrame } from "./MailFrame";
import classes from "./preview.module.css";

/** Gmail hides what comes after about 102 kB of HTML. */
const CLIP_BYTES = 102_000;

export function MailPreview({ shown }: { shown: Shown }) {
  const { t } = useTranslation("messages");
  const fmt = useFmt();
  const [where, setWhere] = useState("desktop");
  const [dark, setDark] = useState("light");
  const { subject = "", html = "", text = "", from_name: from = "" } = shown.fields;
  const bytes = new TextEncoder().encode(html).length;
  const share = bytes / CLIP_BYTES;
  return (
    <>
      <Group gap="xs" mb="xs">
        <SegmentedControl
          size="xs"
          aria-label={t("mail.where")}
          value={where}
          onChange={setWhere}
          data={(["desktop", "phone", "text"] as const).map((one) => ({
            value: one,
            label: t(`mail.${one}`),
          }))}
        />
        {where === "text" ? null : (
          <SegmentedControl
            size="xs"
            aria-label={t("mail.colours")}
            value={dark}
            onChange={setDark}
            data={(["light", "dark"] as const).map((one) => ({ value: one, label: t(`mail.${one}`) }))}
          />
        )}
      </Group>
      <div className={classes.envelope} dir="auto">
        {from ? <Text size="sm">{from}</Text> : null}
        <Text fw={600}>{subject}</Text>
      </div>
      {where === "text" ? (
        <pre className={classes.plain} tabIndex={0} dir="auto" aria-label={t("mail.text")}>
          {text}
        </pre>
      ) : (
        <MailFrame
          html={html}
          phone={where === "phone"}
          dark={dark === "dark"}
          title={t("mail.frame", { subject })}
        />
      )}
      {dark === "dark" && where !== "text" ? (
        <Text size="xs" c="dimmed" mt={4}>
          {t("mail.darkSays")}
        </Text>
      ) : null}
      <div className={classes.size}>
        <Text size="sm">
          {t(share > 1 ? "mail.clipped" : "mail.size", {
            size: fmt.number(bytes / 1000, 1),
            limit: fmt.number(CLIP_BYTES / 1000),
          })}
        </Text>
        <Progress
          size={6}
          value={Math.min(100, share * 100)}
          aria-label={t("mail.sizeLabel")}
          color={share > 1 ? "red.9" : share > 0.8 ? "yellow.8" : "accent"}
        />
      </div>
    </>
  );
}
