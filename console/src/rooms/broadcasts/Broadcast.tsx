// One broadcast: written step by step while it is a draft, watched from its start on.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAtWork } from "~/api/broadcasts";
import { Asked, Empty, Page } from "~/kit";
import { oneQuery, refresh } from "./api";
import { keptOf } from "./drafts";
import type { Wanted } from "./shape";

const Wizard = lazy(() => import("./Wizard"));
const Sent = lazy(() => import("./Sent"));

type Found = Awaited<ReturnType<NonNullable<ReturnType<typeof oneQuery>["queryFn"]>>>;

export default function Broadcast() {
  const { broadcast = "" } = useParams({ strict: false });
  const found = useQuery(oneQuery(broadcast));
  if (found.data === undefined) {
    return (
      <Page title={broadcast}>
        <Asked of={found}>{() => null}</Asked>
      </Page>
    );
  }
  return (
    <Asked of={found} isEmpty={() => false}>
      {(kept) => <One key={broadcast} broadcast={broadcast} kept={kept} />}
    </Asked>
  );
}

// Of these the stream may have news; a draft may be started, also by somebody else.
const LIVE = ["draft", "scheduled", "running", "cancelling"];

function One({ broadcast, kept }: { broadcast: string; kept: Found }) {
  const { t } = useTranslation("broadcasts");
  const status = kept?.whole.status;
  const told = useAtWork(status !== undefined && LIVE.includes(status), () => void refresh());
  // What the stream tells no more has ended before it was listened to.
  const isOver = told !== undefined && !told.some((one) => one.key === broadcast);
  const wasRunning = status === "running" || status === "cancelling";
  useEffect(() => {
    if (wasRunning && isOver) void refresh();
  }, [wasRunning, isOver]);
  // A change that a reload interrupted is gone on with. What is a draft again, and what is started
  // from its form, is no change of what waits any more: from its start on it is watched.
  const [changing, setChanging] = useState(status === "scheduled" && keptOf(broadcast) !== null);
  if (changing && status !== "scheduled") setChanging(false);
  const begun = keptOf(broadcast)?.wanted;
  if (!kept && !begun) {
    return (
      <Page title={broadcast}>
        <Empty title={t("unknown")} action={<Link to={"/broadcasts" as string}>{t("title")}</Link>} />
      </Page>
    );
  }
  const isOpen = !kept || status === "draft" || (changing && status === "scheduled");
  return (
    <Suspense>
      {isOpen ? (
        <Wizard
          broadcast={broadcast}
          saved={(kept?.whole.definition as unknown as Wanted | undefined) ?? begun ?? { key: broadcast, name: broadcast }}
          version={kept?.whole.version ?? 0}
          status={status ?? "unsaved"}
          problem={kept?.whole.problem ?? ""}
        />
      ) : (
        <Sent
          whole={kept.whole}
          now={told?.find((one) => one.key === broadcast) ?? kept.progress}
          change={() => setChanging(true)}
        />
      )}
    </Suspense>
  );
}
