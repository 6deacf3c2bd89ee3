// One step: its number until it is done, a tick from then on, and what is there in a sentence.
import { Group, Stack, Text, Title } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./start.module.css";
import type { Told } from "./useSteps";

interface Props {
  number: number;
  title: string;
  told: Told;
  children: ReactNode;
}

export function Step({ number, title, told, children }: Props) {
  const { t } = useTranslation("start");
  const { done, says } = told;
  return (
    <li className={`k-card ${classes.step}`}>
      <Group gap="sm" wrap="nowrap" align="center">
        <span className={classes.mark} data-done={done === true} aria-hidden>
          {done ? <IconCheck size={15} stroke={2.4} /> : number}
        </span>
        <Title order={2} fz="lg">
          {title}
        </Title>
        {done === undefined ? null : (
          <Text size="sm" className={done ? classes.done : classes.open}>
            {t(done ? "done" : "open")}
          </Text>
        )}
      </Group>
      <Stack gap="sm" className={classes.body}>
        {says ? <Text>{says}</Text> : null}
        {children}
      </Stack>
    </li>
  );
}
