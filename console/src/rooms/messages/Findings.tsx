// What the checks say of a message: errors keep it from being saved, warnings do not; each leads there.
import { Anchor, Group, List, Loader, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { isLocale } from "~/fmt";
import { Failed } from "~/kit";
import { useChannelName } from "./channels";
import type { Place } from "./Editor";
import { useFieldName } from "./Field";
import classes from "./messages.module.css";
import { type Finding, isChannel, placeOf } from "./shape";

interface Props {
  checked: UseQueryResult<Finding[]>;
  choose: (place: Place) => void;
  /** Opens what the message is about besides its texts. */
  about: () => void;
  refused: boolean;
}

export function Findings({ checked, choose, about, refused }: Props) {
  const { t } = useTranslation("messages");
  const found = checked.data ?? [];
  const errors = found.filter((one) => one.severity === "error");
  const warnings = found.filter((one) => one.severity !== "error");
  return (
    <section className={`k-card ${classes.told}`} aria-labelledby="message-checks">
      <Group justify="space-between" mb="xs">
        <Title order={2} fz="md" id="message-checks">
          {t("checks.title")}
        </Title>
        {checked.isFetching ? <Loader size={12} aria-hidden /> : null}
      </Group>
      {checked.isError ? <Failed error={checked.error} again={() => void checked.refetch()} /> : null}
      <div role={refused ? "alert" : "status"}>
        {refused && errors.length ? (
          <Text fw={600} mb="xs">
            {t("checks.refused", { count: errors.length })}
          </Text>
        ) : null}
        {checked.data && !found.length ? (
          <Group gap={6} wrap="nowrap" className={classes.fine}>
            <IconCircleCheck size={16} aria-hidden />
            <Text size="sm">{t("checks.fine")}</Text>
          </Group>
        ) : null}
        <List listStyleType="none" spacing={8} withPadding={false} className={classes.remarks}>
          {[...errors, ...warnings].map((one, at) => (
            <List.Item key={`${at} ${one.path}`}>
              <Remark of={one} />
              <Where of={one} choose={choose} about={about} />
            </List.Item>
          ))}
        </List>
      </div>
    </section>
  );
}

function Where({ of, choose, about }: { of: Finding } & Pick<Props, "choose" | "about">) {
  const { t } = useTranslation("messages");
  const channelName = useChannelName();
  const fieldName = useFieldName();
  const place = placeOf(of.path);
  if (!place || !isChannel(place.channel) || !isLocale(place.language)) {
    return (
      <Anchor component="button" type="button" size="sm" className={classes.where} onClick={about}>
        {t("checks.about")}
      </Anchor>
    );
  }
  const { channel, language, field } = place;
  const words = [channelName(channel), t(`language.${language}`), field ? fieldName(field, channel) : ""];
  if (of.line > 1) words.push(t("checks.line", { line: of.line }));
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      className={classes.where}
      onClick={() => choose({ channel, language })}
    >
      {words.filter(Boolean).join(" · ")}
    </Anchor>
  );
}

/** One remark: its weight is a picture and a word, never a colour alone. */
function Remark({ of }: { of: Finding }) {
  const { t } = useTranslation("messages");
  const wrong = of.severity === "error";
  const Icon = wrong ? IconCircleX : IconAlertTriangle;
  return (
    <span className={classes.remark} data-severity={of.severity}>
      <Icon size={14} aria-hidden />
      <span>
        <strong>{t(wrong ? "checks.error" : "checks.warning")}</strong> {of.message}
      </span>
    </span>
  );
}

/** The remarks on one field, below it. */
export function Remarks({ of, id }: { of: Finding[]; id: string }) {
  if (!of.length) return null;
  return (
    <div id={id} className={classes.below}>
      {of.map((one, at) => (
        <Remark key={`${at} ${one.message}`} of={one} />
      ))}
    </div>
  );
}
