// One step: its number until it is done, a tick from then on.
import { Group, Stack, Text, Title } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./start.module.css";

interface Props {
  number: number;
  title: string;
  /** undefined while it is not known yet. */
  done: boolean | undefined;
  children: ReactNode;
}

export function Step({ number, title, done, children }: Props) {
  const { t } = useTranslation("start");
  return (
    <li className={`k-card ${classes.step}`}>
      <Group gap="sm" wrap="nowrap" align="center">
        <span className={classes.mark} data-done={done === true} aria-hidden>
          {done ? <IconCheck size={15} stroke={2.4} /> : number}
        </span>
        <Title order={2} fz="lg">
          {title}
        </Title>
        {done ? (
          <Text size="sm" className={classes.done}>
            {t("done")}
          </Text>
        ) : null}
      </Group>
      <Stack gap="sm" className={classes.body}>
        {children}
      </Stack>
    </li>
  );
}
