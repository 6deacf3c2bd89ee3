// Why the registry did not take a word: the ledger's short codes as sentences.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

const HTTP = /^http_(\d+)$/;
const CODE = /^(?:code|batch)[ _](.+)$/;
const PLACE = /^not_found_(.+)$/;
// The names that the network's own library gives its errors.
const UNREACHED = /^(ClientConnector|ConnectionTimeout)\w*$/;
const UNANSWERED = /^(Client|Server|Timeout|OS|Connection)\w*(Error|Disconnected)$/;

export function useReason(): (code: string) => string {
  const { t } = useTranslation("settings");
  return useMemo(() => {
    const known: Record<string, string> = t("consent.reasons", { returnObjects: true });
    return (reason) => {
      const found = Object.hasOwn(known, reason) ? known[reason] : undefined;
      if (found) return found;
      const http = HTTP.exec(reason)?.[1];
      if (http) return t("consent.reasonHttp", { code: http });
      const place = PLACE.exec(reason)?.[1];
      if (place) return t("consent.reasonPlace", { code: place.replaceAll("_", ", ") });
      const code = CODE.exec(reason)?.[1];
      if (code) return t("consent.reasonCode", { code });
      if (UNREACHED.test(reason)) return t("consent.reasons.unreached");
      if (UNANSWERED.test(reason)) return t("consent.reasons.unanswered");
      return t("consent.reasonOther", { code: reason });
    };
  }, [t]);
}
