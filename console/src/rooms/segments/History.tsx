// Who asks for a segment, and every tree it has had.
import { Button, Group, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Asked, useFmt } from "~/kit";
import { type Past, usesQuery, versionsQuery } from "./api";
import classes from "./segments.module.css";

const ROOMS: Record<string, string> = { segment: "/segments/", journey: "/journeys/" };

export function Uses({ segment }: { segment: string }) {
  const { t } = useTranslation("segments");
  const found = useQuery(usesQuery(segment));
  return (
    <section className={`k-card ${classes.told}`} aria-labelledby="segment-uses">
      <Title order={2} fz="md" mb="xs" id="segment-uses">
        {t("uses.title")}
      </Title>
      <Asked of={found} empty={<Text c="dimmed" size="sm">{t("uses.none")}</Text>}>
        {(users) => (
          <ul className={classes.people}>
            {users.map((one) => (
              <li key={`${one.kind}/${one.key}`}>
                {ROOMS[one.kind] ? (
                  <Link to={`${ROOMS[one.kind]}${one.key}` as string} dir="auto">
                    {one.name}
                  </Link>
                ) : (
                  <span dir="auto">{one.name}</span>
                )}
                <span className="k-quiet">
                  {" "}
                  {one.kind === "journey" ? t("uses.journey") : t("uses.segment")}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Asked>
    </section>
  );
}

interface VersionsProps {
  segment: string;
  version: number;
  /** Takes an earlier tree into the builder; it is not saved by that. */
  take?: (past: Past) => void;
}

export function Versions({ segment, version, take }: VersionsProps) {
  const { t } = useTranslation("segments");
  const fmt = useFmt();
  const found = useQuery(versionsQuery(segment));
  return (
    <section className={`k-card ${classes.told}`} aria-labelledby="segment-versions">
      <Title order={2} fz="md" mb="xs" id="segment-versions">
        {t("versions.title")}
      </Title>
      <Asked of={found} empty={<Text c="dimmed" size="sm">{t("versions.none")}</Text>}>
        {(past) => (
          <ol className={classes.versions} reversed>
            {[...past].reverse().map((one) => (
              <li key={one.version}>
                <Group gap="xs" justify="space-between">
                  <Text size="sm" c="dimmed">
                    {t("versions.one", { version: one.version, when: fmt.dateTime(one.at) })}
                  </Text>
                  {take && one.version !== version ? (
                    <Button size="compact-xs" variant="default" onClick={() => take(one)}>
                      {t("versions.take", { version: one.version })}
                    </Button>
                  ) : null}
                </Group>
                <Text size="sm" dir="auto">
                  {one.sentence}
                </Text>
              </li>
            ))}
          </ol>
        )}
      </Asked>
    </section>
  );
}
