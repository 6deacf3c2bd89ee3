// The addresses of the console, made from what the rooms say of themselves.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type RouteComponent,
} from "@tanstack/react-router";
import type { FunctionComponent } from "react";
import { bring } from "~/api/bring";
import { queries } from "~/api/queries";
import { meQuery } from "~/api/me";
import { Failed } from "~/kit";
import { type PageOf, rooms } from "~/rooms";
import { Frame } from "./Frame";
import { Guarded } from "./Guarded";
import { Missing } from "./Missing";
import { SignedIn } from "./SignedIn";

/** Where those work whom no room of the console is for. */
const WORK = [
  ["stores.work", "/store"],
  ["calls.work", "/calls"],
] as const;

export function makeRouter() {
  const root = createRootRoute({ component: Frame, notFoundComponent: Missing });
  const first = createRoute({
    getParentRoute: () => root,
    path: "/",
    beforeLoad: async () => {
      const me = await queries.ensureQueryData(meQuery).catch(() => null);
      const open = rooms.find((one) => one.order >= 0 && me?.rights.includes(one.right));
      if (open) throw redirect({ to: open.pages[0].path });
      const place = WORK.find(([right]) => me?.rights.includes(right))?.[1];
      if (place) throw redirect({ href: place, reloadDocument: true });
      throw redirect({ to: "/start" });
    },
  });
  const signedIn = createRoute({
    getParentRoute: () => root,
    path: "/signed-in",
    component: SignedIn,
  });
  const pages = rooms.flatMap((room) =>
    room.pages.map((page) =>
      createRoute({
        getParentRoute: () => root,
        path: page.path,
        component: guarded(page, page.right ?? room.right),
      }),
    ),
  );
  return createRouter({
    routeTree: root.addChildren([first, signedIn, ...pages]),
    basepath: "/console",
    defaultPreload: "intent",
    defaultErrorComponent: ({ error, reset }) => <Failed error={error} again={reset} />,
    scrollRestoration: true,
  });
}

/** A page behind its right; pointing at a link to it loads its chunk already. */
function guarded(page: PageOf, right: string): RouteComponent {
  const Content: FunctionComponent & Pick<RouteComponent, "preload"> = lazyRouteComponent(() =>
    bring(page.load),
  );
  const Whole = () => (
    <Guarded right={right}>
      <Content />
    </Guarded>
  );
  return Object.assign(Whole, { preload: Content.preload });
}
