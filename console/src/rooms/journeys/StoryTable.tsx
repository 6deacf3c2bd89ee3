// One person's rehearsed story: what would have happened to her, in its order.
import { useTranslation } from "react-i18next";
import { DataTable, useFmt } from "~/kit";
import type { Rehearsed } from "./api";
import { useWayWord } from "./kinds";

export function StoryTable({ label, story }: { label: string; story: Rehearsed["sample"][number] }) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const way = useWayWord();
  return (
    <DataTable
      label={label}
      rows={story.events}
      rowKey={(one) => [one.at, one.journey, one.what, one.step, one.detail].join("/")}
      columns={[
        { key: "at", head: t("behind.at"), cell: (one) => fmt.dateTime(one.at) },
        { key: "what", head: t("report.what"), cell: (one) => way(one.what) },
        { key: "step", head: t("publish.step"), cell: (one) => one.step || "–" },
        {
          key: "detail",
          head: t("report.reason"),
          wide: true,
          cell: (one) => (one.detail ? way(one.detail) : "–"),
        },
      ]}
    />
  );
}
