// Settings: tabs on the left of what each of them holds; the address names the tab.
import { Loader } from "@mantine/core";
import { Link, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { NoRight, Page } from "~/kit";
import classes from "./settings.module.css";
import { tabs } from "./tabs";

export default function Settings() {
  const { t } = useTranslation("settings");
  const { rights } = useMe();
  const asked = useRouterState({ select: (state) => state.location.pathname.split("/").pop() });
  const mine = tabs.filter((one) => rights.includes(one.right));
  const here = tabs.find((one) => one.key === asked) ?? mine[0];
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // On a narrow screen the tabs scroll: the one that is open is seen.
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [here]);
  const title = here ? t(`tab.${here.key}`) : t("title");
  return (
    <Page
      title={t("title")}
      called={title}
      below={
        <nav aria-label={t("tabs")}>
          <ul ref={list} className={classes.tabs}>
            {mine.map((one) => (
              <li key={one.key}>
                <Link
                  to={`/settings/${one.key}`}
                  className={classes.tab}
                  aria-current={one === here ? "page" : undefined}
                >
                  {t(`tab.${one.key}`)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      }
    >
      {here && rights.includes(here.right) ? (
        <Suspense fallback={<Loader size="sm" aria-busy aria-label={t("title")} />}>
          <here.Content />
        </Suspense>
      ) : (
        <NoRight />
      )}
    </Page>
  );
}
