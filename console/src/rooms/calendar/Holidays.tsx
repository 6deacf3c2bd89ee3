// The public holidays of a day, and whether the sending rules keep quiet on it.
import { useTranslation } from "react-i18next";
import classes from "./calendar.module.css";
import type { Day } from "./entries";

export function Holidays({ of }: { of: Day["holidays"] }) {
  const { t } = useTranslation("calendar");
  return (
    <>
      {of.map((one) => (
        <div key={`${one.country} ${one.name}`} className={classes.holiday} dir="auto">
          {one.name}
          {one.quiet ? <span className={classes.quiet}> · {t("quiet.day")}</span> : null}
        </div>
      ))}
    </>
  );
}
