// What channels, accounts, countries and campaigns are called, to be chosen from and to be read.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { useFmt } from "~/kit";
import { CHANNELS } from "../brand/api";
import { accountsQuery } from "../channels/api";
import { brandsQuery } from "../rules/api";
import { campaignsQuery } from "./api";
import { CLASSES } from "./shape";

export interface Option {
  value: string;
  label: string;
}

export function useNames() {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const may = useMay("channels.read");
  const accounts = useQuery({ ...accountsQuery, enabled: may });
  const brands = useQuery(brandsQuery);
  const campaigns = useQuery(campaignsQuery);
  const channels: Record<string, string> = t("channels.kinds", { returnObjects: true });
  const countries: Record<string, string> = t("budget.countries", { returnObjects: true });
  const called = Object.fromEntries(campaigns.data ?? []);
  const kind = (campaign: string) =>
    campaign.startsWith("journey:") ? t("budget.journey") : t("budget.broadcast");
  /** What a budget names stays among what there is to choose, though it is gone. */
  const options = (known: Option[], ...chosen: string[]): Option[] => {
    const values = known.map((one) => one.value);
    const gone = chosen.filter((one) => one && !values.includes(one));
    return [...known, ...gone.map((one) => ({ value: one, label: one }))];
  };
  const plain = (values: string[]) => values.map((value) => ({ value, label: value }));
  return {
    channel: (one: string) => channels[one] ?? one,
    campaign: (one: string) => called[one] ?? one.slice(one.indexOf(":") + 1),
    kind,
    channels: (...chosen: string[]) =>
      options(CHANNELS.map((one) => ({ value: one, label: channels[one] ?? one })), ...chosen),
    accounts: (channel: string, ...chosen: string[]) => {
      const all = (accounts.data ?? []).filter((one) => !channel || one.channel === channel);
      return options(plain(all.map((one) => one.name)), ...chosen);
    },
    brands: (...chosen: string[]) => options(plain(brands.data ?? []), ...chosen),
    campaigns: (...chosen: string[]) => {
      const known = (campaigns.data ?? []).map(([value, name]) => ({
        value,
        label: `${kind(value)}: ${name}`,
      }));
      return options(known, ...chosen);
    },
    countries: (...chosen: string[]) => {
      const known = Object.entries(countries).map(([value, label]) => ({ value, label }));
      return options(known.sort((a, b) => fmt.compare(a.label, b.label)), ...chosen);
    },
    classes: CLASSES.map((value) => ({ value, label: t(`budget.classes.${value}`) })),
  };
}

export type Names = ReturnType<typeof useNames>;
