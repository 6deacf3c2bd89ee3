// Who sends a message: journeys and broadcasts, by name.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Listed } from "./api";

const MOST_USERS = 2;

export function Users({ of }: { of: Listed["users"] }) {
  const { t } = useTranslation("messages");
  if (!of.length) return <span className="k-quiet">{t("users.none")}</span>;
  return (
    <>
      {of.slice(0, MOST_USERS).map((one) => (
        <div key={`${one.kind}/${one.key}`} dir="auto">
          {one.kind === "journey" ? (
            <Link to={`/journeys/${one.key}` as string}>{one.name}</Link>
          ) : (
            one.name
          )}
          <span className="k-quiet"> {t(one.kind === "journey" ? "users.journey" : "users.broadcast")}</span>
        </div>
      ))}
      {of.length > MOST_USERS ? (
        <span className="k-quiet">{t("users.more", { count: of.length - MOST_USERS })}</span>
      ) : null}
    </>
  );
}
