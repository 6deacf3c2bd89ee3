// Segments: nothing is here yet.
import { useTranslation } from "react-i18next";
import { Empty, Page } from "~/kit";

export default function Segments() {
  const { t } = useTranslation("segments");
  return (
    <Page title={t("title")}>
      <Empty title={t("title")} />
    </Page>
  );
}
