// The quiet hours in force, one sentence each: nothing goes then, whatever the day says.
import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFmt } from "~/kit";
import type { Calendar } from "./api";
import { WEEKDAYS, type Weekday } from "./days";

export function QuietHours({ of }: { of: Calendar["quiet"] }) {
  const { t } = useTranslation("calendar");
  const fmt = useFmt();
  if (!of.length) return <span />;
  return (
    <div>
      {of.map((one, at) => {
        const days = one.days.length && one.days.length < WEEKDAYS.length
          ? fmt.list(one.days.map((day) => t(`weekday.${day as Weekday}`)))
          : t("quiet.everyDay");
        const channels = one.channels.map((each) => t(`channel.${each as "email"}`));
        const by = channels.length ? fmt.list(channels) : t("quiet.allChannels");
        return (
          <Text key={one.name} size="sm" c="dimmed">
            {t("quiet.says", { name: one.name, from: one.since, until: one.until, days, by })}{" "}
            {at ? null : <Link to={"/settings/rules" as string}>{t("quiet.rules")}</Link>}
          </Text>
        );
      })}
    </div>
  );
}
