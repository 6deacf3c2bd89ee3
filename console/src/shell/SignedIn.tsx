// The tab in which somebody signed in again: tells the waiting one, which goes on.
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Page } from "~/kit";
import { tellSignedIn } from "./session";

export function SignedIn() {
  const { t } = useTranslation("shell");
  useEffect(tellSignedIn, []);
  return (
    <Page title={t("signedIn.title")}>
      <Empty title={t("signedIn.title")}>{t("signedIn.help")}</Empty>
    </Page>
  );
}
