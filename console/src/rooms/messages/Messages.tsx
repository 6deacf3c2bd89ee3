// Messages: nothing is here yet.
import { useTranslation } from "react-i18next";
import { Empty, Page } from "~/kit";

export default function Messages() {
  const { t } = useTranslation("messages");
  return (
    <Page title={t("title")}>
      <Empty title={t("title")} />
    </Page>
  );
}
