// What rooms and their pages are called, from the rooms' own files of words.
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import type { PageOf, Room } from "~/rooms";

function said(room: Room, key: string): string {
  // The key is data of the room; tests/console checks that it has the word.
  const say = i18next.t as unknown as (key: string, options: { ns: string }) => string;
  return say(key, { ns: room.key });
}

/** Gives the word of a room for the menu. */
export function useMenuWord(): (room: Room) => string {
  useTranslation();
  return (room) => said(room, "menu");
}

/** Gives the name of a page in the palette. */
export function usePageName(): (room: Room, page: PageOf) => string {
  useTranslation();
  return (room, page) => (page.named ? said(room, page.named) : said(room, "menu"));
}
