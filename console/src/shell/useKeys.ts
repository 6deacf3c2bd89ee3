// The keyboard everywhere: Ctrl-K and / search, ? lists, g then a letter goes.
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useRooms } from "./Navigation";

const THEN_MS = 1200;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || !!target.closest("input, textarea, select, [role=dialog]");
}

export function useKeys(search: () => void, help: () => void): void {
  const navigate = useNavigate();
  const mine = useRooms();
  useEffect(() => {
    let goAt = 0;
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        search();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const isGo = event.timeStamp - goAt < THEN_MS;
      goAt = 0;
      const room = isGo ? mine.find((one) => one.letter === event.key.toLowerCase()) : undefined;
      if (room) {
        event.preventDefault();
        void navigate({ to: room.pages[0].path });
      } else if (event.key === "g") {
        goAt = event.timeStamp;
      } else if (event.key === "/") {
        event.preventDefault();
        search();
      } else if (event.key === "?") {
        event.preventDefault();
        help();
      }
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [navigate, mine, search, help]);
}
