// Every version a message has had, with what changed in each.
import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Asked, SideSheet, useFmt } from "~/kit";
import { versionsQuery, type Whole } from "./api";
import { Changes } from "./Changes";
import classes from "./messages.module.css";
import type { Definition, Variants } from "./shape";

interface Props {
  live: Whole;
  close: () => void;
  /** Takes an earlier text into the editor; it is not saved by that. */
  take?: (past: Definition) => void;
}

export default function Versions({ live, close, take }: Props) {
  const { t } = useTranslation("messages");
  const fmt = useFmt();
  const found = useQuery(versionsQuery(live.key));
  const variants = (one: Whole | undefined) =>
    ((one?.definition as unknown as Definition | undefined)?.variants ?? {}) as Variants;
  return (
    <SideSheet opened close={close} title={t("versions.title")} size={640}>
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
                        take(one.definition as unknown as Definition);
                        close();
                      }}
                    >
                      {t("versions.take", { version: one.version })}
                    </Button>
                  ) : null}
                </Group>
                {at === all.length - 1 ? (
                  <Text size="sm" c="dimmed">
                    {t("versions.first")}
                  </Text>
                ) : (
                  <Changes before={variants(all[at + 1])} after={variants(one)} />
                )}
              </li>
            ))}
          </ol>
        )}
      </Asked>
    </SideSheet>
  );
}
