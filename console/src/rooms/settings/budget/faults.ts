// What the server found wrong, at the field it is about, in words of this form.
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/client";
import type { Saving } from "../useSaving";
import type { Form } from "./shape";

type List = "prices" | "ceilings" | "balances";
type Fault = Problem["problems"][number];
/** What is wrong with a field of a row; without a field, with the whole row. */
export type At = (field?: string) => string | undefined;

const OWN = ["no_rate", "never", "no_currency", "holds_for_ever", "missing"] as const;

export function useFaults(saving: Saving) {
  const { t } = useTranslation("settings");
  const tried = useRef<Form>(undefined);
  const all = saving.error instanceof Problem ? saving.error.problems : [];
  // The server's sentences name the fields of a text; a form has fields of its own.
  const said = (one: Fault) => {
    const own = OWN.find((code) => one.code === `delivery.budget_${code}`);
    return own ? t(`budget.faults.${own}`) : one.message;
  };
  const at = (path: string, inside: boolean) => {
    const found = all.find(
      (one) => one.path === path || (inside && one.path.startsWith(`${path}/`)),
    );
    return found && said(found);
  };
  return {
    said,
    /** What is about to be asked: what is told later is told of these rows. */
    trying: (form: Form) => {
      tried.current = form;
    },
    /** Of a row that stands as it was sent; one that was changed since may be right by now. */
    of: (list: List, row: object): At => {
      const place = (tried.current?.[list] as object[] | undefined)?.indexOf(row) ?? -1;
      return (field) => {
        if (place < 0) return undefined;
        const path = `/${list}/${place}`;
        return field ? at(`${path}/${field}`, true) : at(path, false);
      };
    },
    currency: (now: Form) =>
      tried.current?.currency === now.currency ? at("/currency", true) : undefined,
    rate: (row: Form["rates"][number]) =>
      tried.current?.rates.includes(row) ? at(`/rates/${row.currency}`, true) : undefined,
  };
}

export type Faults = ReturnType<typeof useFaults>;
