// What each kind of data is called.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

export function useKinds(): (kind: string) => string {
  const { t } = useTranslation("settings");
  return useMemo(() => {
    const kinds: Record<string, string> = t("retention.kinds", { returnObjects: true });
    return (kind) => kinds[kind] ?? kind;
  }, [t]);
}
