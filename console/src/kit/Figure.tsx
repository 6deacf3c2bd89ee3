// One number: what it is, how it is defined, and the way to what is behind it.
import { Group, Popover, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Figure.module.css";

interface Props {
  label: string;
  /** Formatted in the reader's language; undefined while it is not known yet. */
  value: string | undefined;
  /** The written definition; the same words everywhere. */
  definition?: ReactNode;
  /** The people or messages behind it, below /console. */
  to?: string;
  /** A change against the period before, an interval, a sample size. */
  note?: ReactNode;
  chart?: ReactNode;
}

export function Figure({ label, value, definition, to, note, chart }: Props) {
  const { t } = useTranslation("kit");
  const number = <span className={classes.value}>{value ?? "–"}</span>;
  return (
    <Stack gap={2} className={`k-card ${classes.figure}`}>
      <Group gap={4} wrap="nowrap">
        <Text size="sm" c="dimmed">
          {label}
        </Text>
        {definition ? (
          <Popover width={320} position="bottom-start" withArrow shadow="sm">
            <Popover.Target>
              <UnstyledButton aria-label={t("figure.definition", { label })}>
                <IconInfoCircle size={14} stroke={1.6} aria-hidden className={classes.info} />
              </UnstyledButton>
            </Popover.Target>
            <Popover.Dropdown>
              <Text size="sm">{definition}</Text>
            </Popover.Dropdown>
          </Popover>
        ) : null}
      </Group>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        {to ? (
          <Link to={to} className={classes.link} aria-label={`${label}: ${value ?? ""}`}>
            {number}
          </Link>
        ) : (
          number
        )}
        {chart}
      </Group>
      {note ? (
        <Text component="div" size="sm" c="dimmed">
          {note}
        </Text>
      ) : null}
    </Stack>
  );
}
