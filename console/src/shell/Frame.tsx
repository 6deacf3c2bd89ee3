// The frame of every page: navigation at the left, search and the reader's own things above.
import { AppShell, Burger, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import { meQuery } from "~/api/me";
import { Account } from "./Account";
import classes from "./Frame.module.css";
import { Languages } from "./Languages";
import { Navigation } from "./Navigation";
import { SearchButton } from "./SearchButton";
import { Session } from "./Session";
import { useKeys } from "./useKeys";

const Palette = lazily(() => import("./Palette"));
const Shortcuts = lazily(() => import("./Shortcuts"));

export function Frame() {
  const { t } = useTranslation("shell");
  const [menu, drawer] = useDisclosure();
  const [palette, search] = useDisclosure();
  const [keys, help] = useDisclosure();
  useSuspenseQuery(meQuery);
  useKeys(search.open, help.open);
  useArrival(drawer.close);
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !menu } }}
      transitionDuration={0}
    >
      <a className="k-skip" href="#content">
        {t("skip")}
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" gap="sm" wrap="nowrap" justify="space-between">
          <Group gap="sm" wrap="nowrap" className={classes.grow}>
            <Burger
              opened={menu}
              onClick={drawer.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t("openMenu")}
              aria-expanded={menu}
            />
            <SearchButton open={search.open} />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Languages />
            <Account help={help.open} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} aria-label={t("menu")}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <Session />
        <Suspense>
          <Outlet />
        </Suspense>
      </AppShell.Main>
      <Suspense>
        {palette ? <Palette close={search.close} /> : null}
        {keys ? <Shortcuts close={help.close} /> : null}
      </Suspense>
    </AppShell>
  );
}

/** After going elsewhere the drawer closes, and the keyboard stands at the new page's content. */
function useArrival(closeDrawer: () => void): void {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const before = useRef(path);
  useEffect(() => {
    closeDrawer();
    if (before.current !== path) document.getElementById("content")?.focus({ preventScroll: true });
    before.current = path;
  }, [path, closeDrawer]);
}
