// In which segments a person is, and for any segment why she is in it or not.
import { Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMay } from "~/api/me";
import { Asked, useFmt } from "~/kit";
import { mySegmentsQuery, segmentsQuery } from "../asks";
import { Chip, Sign } from "../bits";
import classes from "../Person.module.css";

export function Segments({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const mine = useQuery(mySegmentsQuery(person));
  const may = useMay("segments.read");
  const every = useQuery({ ...segmentsQuery, enabled: may });
  const [key, setKey] = useState<string | null>(null);
  const asked = (every.data ?? []).filter((one) => one.sort === "tree" && one.state === "active");
  return (
    <>
      <Asked of={mine} empty={<Text c="dimmed">{t("segments.none")}</Text>}>
        {(all) => (
          <ul className={classes.cards}>
            {all.map((one) => (
              <li key={one.key} className={`${classes.card} ${classes.cardHead}`}>
                <bdi className={classes.grow}>{one.name || one.key}</bdi>
                <button type="button" className={classes.link} onClick={() => setKey(one.key)}>
                  {t("segments.why")}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Asked>
      {may ? (
        <Select
          mt="md"
          mb="sm"
          maw={360}
          label={t("segments.ask")}
          placeholder={t("segments.choose")}
          data={asked.map((one) => ({ value: one.key, label: one.name || one.key }))}
          value={asked.some((one) => one.key === key) ? key : null}
          onChange={setKey}
          searchable
        />
      ) : null}
      {key ? <Because person={person} segment={key} /> : null}
    </>
  );
}

function Because({ person, segment }: { person: string; segment: string }) {
  const { t, i18n } = useTranslation("people");
  const fmt = useFmt();
  const why = useQuery({
    queryKey: ["person", person, "segment", segment, i18n.language],
    queryFn: async () =>
      take(
        await api.GET("/v1/segments/{key}/why", {
          params: { path: { key: segment }, query: { person } },
        }),
      ),
  });
  const said = (value: unknown) => {
    if (value === null || value === undefined) return t("segments.unknown");
    if (typeof value === "boolean") return t(value ? "segments.yes" : "segments.no");
    if (typeof value !== "number") return String(value);
    return value > 1e11 ? fmt.dateTime(value) : fmt.number(value, 2);
  };
  return (
    <Asked of={why}>
      {(told) => (
        <section aria-live="polite">
          <Chip tone={told.inside ? "good" : "warn"}>
            {t(told.inside ? "segments.in" : "segments.out")}
          </Chip>
          <ul className={classes.tree}>
            {told.because.map((one) => (
              <li key={one.path} style={{ paddingInlineStart: one.depth * 18 }}>
                <Sign sign={one.holds ? "good" : "bad"} />
                <div className={classes.said}>
                  <span dir="auto">{one.sentence}</span>
                  <span className={classes.aside}>
                    <span>{t(one.holds ? "segments.holds" : "segments.fails")}</span>
                    {one.condition.kind === "all" || one.condition.kind === "any" ? null : (
                      <span dir="auto">{t("segments.found", { value: said(one.said) })}</span>
                    )}
                    {one.until ? (
                      <span>{t("segments.until", { when: fmt.dateTime(one.until) })}</span>
                    ) : null}
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Asked>
  );
}
