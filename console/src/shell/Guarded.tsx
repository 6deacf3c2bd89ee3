// Shows a page to who may see it; the server refuses the others' questions anyway.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { NoRight, Page } from "~/kit";

export function Guarded({ right, children }: { right: string; children: ReactNode }) {
  const { t } = useTranslation("kit");
  if (useMay(right)) return children;
  return (
    <Page title={t("noRight.title")}>
      <NoRight />
    </Page>
  );
}
