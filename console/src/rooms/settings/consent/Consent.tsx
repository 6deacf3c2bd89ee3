// Consent and privacy: the texts people were shown, the registry, and what people asked for.
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Bar } from "../Bar";
import { Notices } from "./Notices";
import { Registry } from "./Registry";
import { Requests } from "./Requests";

export default function Consent() {
  const { t } = useTranslation("settings");
  const may = useMay("privacy.requests");
  return (
    <>
      <Bar about={t("about.consent")} />
      {may ? <Requests /> : null}
      <Notices />
      <Registry />
    </>
  );
}
