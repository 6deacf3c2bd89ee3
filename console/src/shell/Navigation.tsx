// The rooms a reader may enter, in groups.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { GROUPS, type Room, rooms } from "~/rooms";
import classes from "./Frame.module.css";
import { useMenuWord } from "./words";

/** The rooms that this reader's rights open. */
export function useRooms(): Room[] {
  const { rights } = useMe();
  return rooms.filter((one) => rights.includes(one.right));
}

export function Navigation() {
  const { t } = useTranslation("shell");
  const word = useMenuWord();
  const mine = useRooms();
  const { beside } = useMe();
  return (
    <div className={classes.nav}>
      <Link to="/" className={classes.brand}>
        <img src="/static/kervan.svg" alt="" width={22} height={22} />
        {"Kervan" /* a name */}
      </Link>
      {beside ? (
        <Link to="/settings/workspaces" className={classes.place} aria-label={t("at", { name: beside })}>
          <bdi>{beside}</bdi>
        </Link>
      ) : null}
      {GROUPS.map((group) => {
        const inside = mine.filter((one) => one.group === group);
        if (!inside.length) return null;
        return (
          <section key={group} aria-labelledby={`group-${group}`}>
            <h2 id={`group-${group}`} className={classes.group}>
              {t(`group.${group}`)}
            </h2>
            <ul className={classes.links}>
              {inside.map((room) => (
                <li key={room.key}>
                  <Link
                    to={room.pages[0].path}
                    className={classes.link}
                    activeOptions={{ exact: false }}
                  >
                    <room.icon size={18} stroke={1.6} aria-hidden />
                    {word(room)}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}
