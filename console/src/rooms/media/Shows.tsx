// Which live texts show a picture: messages, blocks that messages share, campaigns on the site.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Picture } from "./api";

const MOST = 3;

export function Shows({ of, all }: { of: Picture["users"]; all?: boolean }) {
  const { t } = useTranslation("media");
  if (!of.length) return <span className="k-quiet">{t("users.none")}</span>;
  const shown = all ? of : of.slice(0, MOST);
  return (
    <>
      {shown.map((one) => (
        <div key={`${one.kind}/${one.key}`} dir="auto">
          {one.kind === "message" ? (
            <Link to={`/messages/${one.key}` as string}>{one.name}</Link>
          ) : one.kind === "onsite" ? (
            <>
              <Link to={`/onsite/${one.key}` as string}>{one.name}</Link>{" "}
              <span className="k-quiet">{t("users.onsite")}</span>
            </>
          ) : (
            <>
              {one.name} <span className="k-quiet">{t("users.block")}</span>
            </>
          )}
        </div>
      ))}
      {of.length > shown.length ? (
        <span className="k-quiet">{t("users.more", { count: of.length - shown.length })}</span>
      ) : null}
    </>
  );
}
