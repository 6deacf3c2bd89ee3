// Settings: nothing is here yet.
import { useTranslation } from "react-i18next";
import { Empty, Page } from "~/kit";

export default function Settings() {
  const { t } = useTranslation("settings");
  return (
    <Page title={t("title")}>
      <Empty title={t("title")} />
    </Page>
  );
}
