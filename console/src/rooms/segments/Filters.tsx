// What else holds of each event, or of one of its product lines: properties with a test.
import { ActionIcon, NativeSelect, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NameInput } from "./Names";
import type { NameSort } from "./api";
import classes from "./segments.module.css";
import { OF_VALUES, testFor, TestFields } from "./tests";
import type { Node } from "./tree";

export interface Filter {
  property: string;
  test: Node;
}
export const A_DETAIL: Filter = { property: "", test: { kind: "text", op: "eq", values: [""] } };
export const A_COLUMN: Filter = { ...A_DETAIL, property: "@channel" };

const COLUMNS = ["channel", "currency", "order", "name", "value"] as const;
const NUMBERS = "@value";

interface Props {
  filters: Filter[];
  events: string[];
  of: "where" | "lines";
  change: (filters: Filter[]) => void;
}

export function Filters({ filters, events, of, change }: Props) {
  const { t } = useTranslation("segments");
  return filters.map((one, at) => {
    const isColumn = COLUMNS.some((name) => `@${name}` === one.property);
    const sorts = !isColumn ? OF_VALUES : one.property === NUMBERS ? (["number"] as const) : (["text"] as const);
    return (
      <Detail
        key={at}
        label={t(of === "lines" ? "event.line" : "event.where")}
        remove={() => change(filters.toSpliced(at, 1))}
      >
        <Text size="sm">{t(of === "lines" ? "event.whoseLine" : "event.whose")}</Text>
        <Property
          events={events}
          value={one.property}
          change={(property, sort) =>
            change(filters.with(at, { property, test: fitting(property, testFor(sort, one.test)) }))
          }
        />
        <TestFields
          test={one.test}
          sorts={sorts}
          change={(test) => change(filters.with(at, { ...one, test }))}
        />
      </Detail>
    );
  });
}

/** Another test where a column has no such values. */
function fitting(property: string, test: Node): Node {
  if (property === NUMBERS && test.kind === "text") return { kind: "number", op: "gte", value: 1 };
  const isText = COLUMNS.some((name) => `@${name}` === property) && property !== NUMBERS;
  return isText && (test.kind === "number" || test.kind === "flag") ? A_DETAIL.test : test;
}

interface PropertyProps {
  events: string[];
  value: string;
  change: (property: string, sort?: NameSort) => void;
}

/** A property by its name; what every event has is chosen by what it is called. */
export function Property({ events, value, change }: PropertyProps) {
  const { t } = useTranslation("segments");
  if (!COLUMNS.some((name) => `@${name}` === value)) {
    return (
      <NameInput
        of="properties"
        label={t("event.where")}
        events={events}
        value={value}
        change={change}
      />
    );
  }
  return (
    <NativeSelect
      size="xs"
      aria-label={t("fixed.which")}
      value={value}
      data={COLUMNS.map((name) => ({ value: `@${name}`, label: t(`fixed.${name}`) }))}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

interface DetailProps {
  label: string;
  remove: () => void;
  children: ReactNode;
}

/** A line of its own below a condition's first, that can be taken away. */
export function Detail({ label, remove, children }: DetailProps) {
  const { t } = useTranslation("segments");
  return (
    <div className={classes.detail} role="group" aria-label={label}>
      {children}
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t("event.drop", { what: label })}
        onClick={remove}
      >
        <IconX size={15} aria-hidden />
      </ActionIcon>
    </div>
  );
}
