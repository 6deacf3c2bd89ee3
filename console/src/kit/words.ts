// The reader's language in components: its forms, and the other two.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Fmt, fmt } from "~/fmt";

/** Numbers, dates, money and order in the reader's language and the workspace's zone. */
export function useFmt(): Fmt {
  const { i18n } = useTranslation();
  return useMemo(() => fmt(i18n.language), [i18n.language]);
}
