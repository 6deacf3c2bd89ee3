// How many people a segment had on each day, as a line, and as a table for who cannot see it.
import { Group, SegmentedControl, Text, Title } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked, useFmt } from "~/kit";
import { daysQuery } from "./api";
import classes from "./segments.module.css";

const SPANS = [30, 90, 365] as const;
const WIDTH = 300;
const HEIGHT = 72;

export function Days({ segment }: { segment: string }) {
  const { t } = useTranslation("segments");
  const fmt = useFmt();
  const [span, setSpan] = useState<number>(SPANS[0]);
  const found = useQuery({ ...daysQuery(segment, span), placeholderData: keepPreviousData });
  return (
    <section className={`k-card ${classes.told}`} aria-labelledby="segment-days">
      <Group justify="space-between" mb="xs" gap="xs">
        <Title order={2} fz="md" id="segment-days">
          {t("days.title", { count: span })}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t("days.range")}
          value={String(span)}
          onChange={(value) => setSpan(Number(value))}
          data={SPANS.map((one) => ({ value: String(one), label: t("days.span", { count: one }) }))}
        />
      </Group>
      <Asked of={found}>
        {(days) => {
          const most = Math.max(1, ...days.map((one) => one.members));
          const line = days
            .map((one, at) => {
              const x = (at / Math.max(1, days.length - 1)) * WIDTH;
              return `${x.toFixed(1)},${(HEIGHT - 2 - (one.members / most) * (HEIGHT - 6)).toFixed(1)}`;
            })
            .join(" ");
          const first = days[0];
          const last = days.at(-1);
          return (
            <>
              <svg
                viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
                className={classes.chart}
                preserveAspectRatio="none"
                aria-hidden
              >
                <polygon points={`0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} />
                <polyline points={line} />
              </svg>
              {first && last ? (
                <Group justify="space-between" mb={4} aria-hidden>
                  <Text size="xs" c="dimmed">
                    {fmt.day(first.day)}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {t("days.most", { most: fmt.number(most) })}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {fmt.day(last.day)}
                  </Text>
                </Group>
              ) : null}
              {first && last ? (
                <Text size="sm" c="dimmed">
                  {t("days.says", {
                    first: fmt.number(first.members),
                    last: fmt.number(last.members),
                    entered: fmt.number(days.reduce((sum, one) => sum + one.entered, 0)),
                    left: fmt.number(days.reduce((sum, one) => sum + one.left, 0)),
                  })}
                </Text>
              ) : null}
              <div className="k-hidden">
                <table>
                  <caption>{t("days.title", { count: days.length })}</caption>
                  <thead>
                    <tr>
                      <th scope="col">{t("days.day")}</th>
                      <th scope="col">{t("column.size")}</th>
                      <th scope="col">{t("days.entered")}</th>
                      <th scope="col">{t("days.left")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {days.map((one) => (
                      <tr key={one.day}>
                        <th scope="row">{fmt.date(one.day)}</th>
                        <td>{fmt.number(one.members)}</td>
                        <td>{fmt.number(one.entered)}</td>
                        <td>{fmt.number(one.left)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </>
          );
        }}
      </Asked>
    </section>
  );
}
