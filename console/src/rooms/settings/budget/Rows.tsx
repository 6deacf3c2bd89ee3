// One list of the budget: what it is for, its rows, and the button that adds one.
import { Button, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "../settings.module.css";

interface Props<Row> {
  title: string;
  help: string;
  rows: Row[];
  /** What the button that adds one says; left out for who may only read. */
  add: string | undefined;
  blank: Row;
  change: (rows: Row[]) => void;
  children: (row: Row, at: number, put: (row: Row) => void, remove: () => void) => ReactNode;
}

const MOST = 500;

export function Rows<Row>({ title, help, rows, add, blank, change, children }: Props<Row>) {
  return (
    <section aria-label={title} className={classes.rules}>
      <Title order={2} fz="lg">
        {title}
      </Title>
      <Text c="dimmed" maw={760}>
        {help}
      </Text>
      {rows.length ? (
        <ul className={classes.plain}>
          {rows.map((row, at) =>
            children(
              row,
              at,
              (next) => change(rows.with(at, next)),
              () => change(rows.toSpliced(at, 1)),
            ),
          )}
        </ul>
      ) : null}
      {add ? (
        <Button
          size="xs"
          variant="default"
          mt="xs"
          disabled={rows.length >= MOST}
          onClick={() => change([...rows, { ...blank }])}
        >
          {add}
        </Button>
      ) : null}
    </section>
  );
}
