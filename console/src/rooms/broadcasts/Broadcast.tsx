// One broadcast: written step by step while it is a draft, watched from its start on.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked, Empty, Page } from "~/kit";
import { oneQuery } from "./api";
import { keptOf } from "./drafts";
import type { Wanted } from "./shape";

const Wizard = lazy(() => import("./Wizard"));
const Sent = lazy(() => import("./Sent"));

export default function Broadcast() {
  const { broadcast = "" } = useParams({ strict: false });
  const { t } = useTranslation("broadcasts");
  const found = useQuery(oneQuery(broadcast));
  const [changing, setChanging] = useState(false);
  if (found.data === undefined) {
    return (
      <Page title={broadcast}>
        <Asked of={found}>{() => null}</Asked>
      </Page>
    );
  }
  const begun = keptOf(broadcast)?.wanted;
  if (!found.data && !begun) {
    return (
      <Page title={broadcast}>
        <Empty title={t("unknown")} action={<Link to={"/broadcasts" as string}>{t("title")}</Link>} />
      </Page>
    );
  }
  const whole = found.data?.whole;
  const isOpen = !whole || whole.status === "draft" || (changing && whole.status === "scheduled");
  return (
    <Asked of={found} isEmpty={() => false}>
      {(kept) => (
        <Suspense>
          {isOpen ? (
            <Wizard
              key={broadcast}
              broadcast={broadcast}
              saved={(kept?.whole.definition as unknown as Wanted | undefined) ?? begun ?? { key: broadcast, name: broadcast }}
              version={kept?.whole.version ?? 0}
              status={kept?.whole.status ?? "unsaved"}
              problem={kept?.whole.problem ?? ""}
            />
          ) : kept ? (
            <Sent
              whole={kept.whole}
              progress={kept.progress}
              change={() => setChanging(true)}
            />
          ) : null}
        </Suspense>
      )}
    </Asked>
  );
}
