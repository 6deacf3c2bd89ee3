// One campaign on the site: brought from the server, or from this browser where it was begun.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import { Asked, Empty, Page } from "~/kit";
import { oneQuery } from "./api";
import { keptOf } from "./drafts";
import type { Wanted } from "./shape";

const Editor = lazily(() => import("./Editor"));

export default function Campaign() {
  const { campaign = "" } = useParams({ strict: false });
  const { t } = useTranslation("onsite");
  const found = useQuery(oneQuery(campaign));
  const begun = keptOf(campaign)?.wanted;
  if (found.data === undefined || (!found.data && !begun)) {
    return (
      <Page title={begun?.name ?? campaign}>
        {found.data === null ? (
          <Empty title={t("unknown")} action={<Link to={"/onsite" as string}>{t("title")}</Link>} />
        ) : (
          <Asked of={found}>{() => null}</Asked>
        )}
      </Page>
    );
  }
  return (
    <Asked of={found} isEmpty={() => false}>
      {(whole) => {
        const saved = (whole?.definition as unknown as Wanted | undefined) ?? begun;
        return (
          <Suspense>
            {saved ? <Editor key={campaign} saved={saved} whole={whole} /> : null}
          </Suspense>
        );
      }}
    </Asked>
  );
}
