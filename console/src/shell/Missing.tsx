// What stands at an address that leads nowhere.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty, Page } from "~/kit";

export function Missing() {
  const { t } = useTranslation("shell");
  return (
    <Page title={t("missing.title")}>
      <Empty title={t("missing.title")} action={<Link to="/">{t("missing.back")}</Link>} />
    </Page>
  );
}
