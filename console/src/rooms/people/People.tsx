// People: nothing is here yet.
import { useTranslation } from "react-i18next";
import { Empty, Page } from "~/kit";

export default function People() {
  const { t } = useTranslation("people");
  return (
    <Page title={t("title")}>
      <Empty title={t("title")} />
    </Page>
  );
}
