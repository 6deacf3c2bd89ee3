// A panel beside the canvas: opened by a key it takes the focus, and Escape closes it.
import { type KeyboardEvent, useEffect, useRef } from "react";

const NARROW = "(max-width: 900px)";

/** Whether the last thing pressed was a key: a mouse leaves the focus where it is. */
let byKey = false;
document.addEventListener("keydown", () => (byKey = true), true);
document.addEventListener("pointerdown", () => (byKey = false), true);

export function usePanel(close: () => void) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (byKey) title.current?.focus();
    // On a narrow screen it stands below the picture.
    if (window.matchMedia(NARROW).matches) title.current?.closest("aside")?.scrollIntoView({ block: "start" });
  }, []);
  return {
    title,
    props: {
      onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
        // What is open inside (a list, a sheet) takes its own Escape first.
        const own = event.target instanceof HTMLElement && event.currentTarget.contains(event.target);
        if (event.key !== "Escape" || event.defaultPrevented || !own) return;
        if ((event.target as HTMLElement).getAttribute("aria-expanded") === "true") return;
        close();
      },
    },
  };
}
