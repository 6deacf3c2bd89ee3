// Data retention: each kind of data with how long it is kept and why.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked, type Column, DataTable, SideSheet, useFmt } from "~/kit";
import { Bar } from "../Bar";
import { Opens } from "../Opens";
import { type Rule, rulesQuery } from "./api";
import { RuleSheet } from "./RuleSheet";
import { useKinds } from "./useKinds";

export default function Retention() {
  const { t } = useTranslation("settings");
  const kinds = useKinds();
  const known = useQuery(rulesQuery);
  const [open, setOpen] = useState<string>();
  const columns = useColumns(setOpen);
  const shown = known.data?.find((one) => one.kind === open);
  return (
    <>
      <Bar about={t("about.retention")} />
      <Asked of={known} isEmpty={() => false}>
        {(rows) => (
          <DataTable
            label={t("tab.retention")}
            rows={rows}
            columns={columns}
            rowKey={(one) => one.kind}
          />
        )}
      </Asked>
      <SideSheet
        opened={shown !== undefined}
        close={() => setOpen(undefined)}
        title={shown ? kinds(shown.kind) : ""}
      >
        {shown ? <RuleSheet key={shown.kind} rule={shown} /> : null}
      </SideSheet>
    </>
  );
}

function useColumns(open: (kind: string) => void): Column<Rule>[] {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const kinds = useKinds();
  return useMemo(() => {
    const state = (one: Rule) => {
      if (!one.changeable) return t("retention.fixed");
      return one.changed_at
        ? t("retention.own", { at: fmt.date(one.changed_at) })
        : t("retention.usual");
    };
    return [
      {
        key: "kind",
        head: t("retention.kind"),
        cell: (one) => <Opens name={kinds(one.kind)} open={() => open(one.kind)} />,
        sortBy: (one) => kinds(one.kind),
      },
      {
        key: "kept",
        head: t("retention.kept"),
        cell: (one) =>
          one.days ? t("retention.days", { count: one.days, n: fmt.number(one.days) }) : t("retention.forever"),
        sortBy: (one) => one.days ?? Infinity,
        align: "right",
      },
      { key: "state", head: t("state"), cell: state, wide: true },
    ];
  }, [t, fmt, kinds, open]);
}
