// What a deed was done to: a link where it has a page, else its own names; of a deed nobody put
// into words, the route it came by.
import { Anchor, Code, Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { components } from "~/api/schema";

export type Line = components["schemas"]["Lines"]["lines"][number];

/** Rooms whose things are found by the key a deed names; by a word of the deed or of its route. */
const ROOMS: Record<string, string> = {
  journey: "/journeys", journeys: "/journeys",
  segment: "/segments", segments: "/segments",
  message: "/messages", messages: "/messages",
  broadcast: "/broadcasts", broadcasts: "/broadcasts",
  onsite: "/onsite",
}; // prettier-ignore
/** Where the kinds that a deed names have their words; other kinds are codes, and stay unsaid. */
const KINDS: Record<string, "consent.requestKinds" | "retention.kinds" | "sources.kinds"> = {
  "privacy.request_opened": "consent.requestKinds",
  "privacy.retention_changed": "retention.kinds",
  source_made: "sources.kinds",
}; // prettier-ignore
const MOST = 3;

export function About({ line }: { line: Line }) {
  const { t } = useTranslation("settings");
  const people = peopleOf(line.facts);
  if (people.length) {
    return (
      <Group gap={6} wrap="nowrap">
        {people.slice(0, MOST).map((one) => (
          <Page key={one} to={`/people/${one}`} name={t("audit.person")} />
        ))}
        {people.length > MOST ? t("audit.more", { count: people.length - MOST }) : null}
      </Group>
    );
  }
  const key = text(line.facts.key);
  const room = ROOMS[roomOf(line)];
  if (key && room) return <Page to={`${room}/${key}`} name={key} />;
  const kinds = KINDS[line.what];
  const words: Record<string, string> = kinds ? t(kinds, { returnObjects: true }) : {};
  const named = ["name", "account", "scope", "media", "workspace"].map((one) => text(line.facts[one]));
  const said = [key, ...named, words[text(line.facts.kind)]].filter(Boolean).join(", ");
  if (said) return <bdi>{said}</bdi>;
  return line.what === "changed" ? <Code>{line.route}</Code> : null;
}

function Page({ to, name }: { to: string; name: string }) {
  return (
    <Anchor component={Link} to={to} fz="inherit" dir="auto">
      {name}
    </Anchor>
  );
}

/** `journey` of `journey.published`, `journeys` of `PUT /v1/journeys/{key}/draft`. */
function roomOf(line: Line): string {
  if (line.what !== "changed") return line.what.split(".")[0] ?? "";
  return line.route.split("/")[2] ?? "";
}

function peopleOf(facts: Line["facts"]): string[] {
  const all: unknown[] = Array.isArray(facts.people) ? facts.people : [facts.person, facts.person_id];
  return all.map(text).filter(Boolean);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
