// One campaign on the site: brought from the server, or from this browser where it was begun.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import { useMay } from "~/api/me";
import { Asked, Empty, Page } from "~/kit";
import { draftQuery, oneQuery } from "./api";
import { keptOf } from "./drafts";
import type { Wanted } from "./shape";

const Editor = lazily(() => import("./Editor"));

export default function Campaign() {
  const { campaign = "" } = useParams({ strict: false });
  const { t } = useTranslation("onsite");
  const mayEdit = useMay("journeys.edit");
  const found = useQuery(oneQuery(campaign));
  const draft = useQuery(draftQuery(campaign));
  const begun = (draft.data?.campaign as unknown as Wanted | undefined) ?? keptOf(campaign)?.wanted;
  if (found.data === undefined || draft.data === undefined || (!found.data && !begun)) {
    return (
      <Page title={begun?.name ?? campaign}>
        {found.data === null && draft.data === null ? (
          <Empty title={t("unknown")} action={<Link to={"/onsite" as string}>{t("title")}</Link>} />
        ) : (
          <>
            {found.data === undefined ? <Asked of={found}>{() => null}</Asked> : null}
            {found.data !== undefined ? <Asked of={draft}>{() => null}</Asked> : null}
          </>
        )}
      </Page>
    );
  }
  // Who may not write sees what visitors see, where there is that.
  const kept = mayEdit || !found.data ? draft.data : null;
  return (
    <Asked of={found} isEmpty={() => false}>
      {(whole) => {
        const saved = (whole?.definition as unknown as Wanted | undefined) ?? begun;
        return (
          <Suspense fallback={<Page title={saved?.name ?? campaign}><div aria-busy="true" /></Page>}>
            {saved ? <Editor key={campaign} saved={saved} whole={whole} kept={kept} /> : null}
          </Suspense>
        );
      }}
    </Asked>
  );
}
