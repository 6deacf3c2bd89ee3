// Every version a campaign has had; an earlier one can be taken into the form.
import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Asked, SideSheet, useFmt } from "~/kit";
import { versionsQuery, type Whole } from "./api";
import classes from "./onsite.module.css";
import { type Fault, type Part, PARTS, partOf, type Wanted } from "./shape";

interface Props {
  live: Whole;
  close: () => void;
  /** Takes an earlier text into the form; it is not published by that. */
  take?: (past: Wanted) => void;
}

export default function Versions({ live, close, take }: Props) {
  const { t } = useTranslation("onsite");
  const fmt = useFmt();
  const found = useQuery(versionsQuery(live.key));
  return (
    <SideSheet opened close={close} title={t("versions.title")}>
      <Asked of={found}>
        {(past) => (
          <ol className={classes.versions} reversed>
            {[...past].reverse().map((one, at, all) => (
              <li key={one.version}>
                <Group gap="xs" justify="space-between">
                  <Text>
                    {t("versions.one", { version: one.version, when: fmt.dateTime(one.changed_at) })}
                  </Text>
                  {take && one.version !== live.version ? (
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() => {
                        take(one.definition as unknown as Wanted);
                        close();
                      }}
                    >
                      {t("versions.take", { version: one.version })}
                    </Button>
                  ) : null}
                </Group>
                <Text size="sm" c="dimmed">
                  {at === all.length - 1
                    ? t("versions.first")
                    : changed(all[at + 1], one).map((part) => t(`part.${part}`)).join(", ")}
                </Text>
              </li>
            ))}
          </ol>
        )}
      </Asked>
    </SideSheet>
  );
}

/** In which parts of the form two versions differ. */
function changed(before: Whole | undefined, after: Whole): Part[] {
  const [old, now] = [before?.definition ?? {}, after.definition] as Record<string, unknown>[];
  const keys = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])];
  const differ = keys.filter((one) => JSON.stringify(old?.[one]) !== JSON.stringify(now?.[one]));
  const parts = differ.map((one) => partOf({ path: `/${one}` } as Fault));
  return PARTS.filter((one) => parts.includes(one));
}
