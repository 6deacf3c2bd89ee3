// Who asks for a segment, and every tree it has had with what changed in it.
import { Button, Group, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Asked, useFmt } from "~/kit";
import { diff } from "~/kit/diff";
import { type Past, type User, usesQuery, versionsQuery } from "./api";
import { type Kind, placeOf } from "./kinds";
import classes from "./segments.module.css";

export function Uses({ segment }: { segment: string }) {
  const { t } = useTranslation("segments");
  const found = useQuery(usesQuery(segment));
  return (
    <section className={`k-card ${classes.told}`} aria-labelledby="segment-uses">
      <Title order={2} fz="md" mb="xs" id="segment-uses">
        {t("uses.title")}
      </Title>
      <Asked of={found} empty={<Text c="dimmed" size="sm">{t("uses.none")}</Text>}>
        {(users) => <Users users={users} />}
      </Asked>
    </section>
  );
}

export function Users({ users }: { users: User[] }) {
  const { t } = useTranslation("segments");
  return (
    <ul className={classes.people}>
      {users.map((one) => {
        const place = placeOf(one.kind, one.key);
        return (
          <li key={`${one.kind}/${one.key}`}>
            {place ? (
              <Link to={place as string} dir="auto">
                {one.name}
              </Link>
            ) : (
              <span dir="auto">{one.name}</span>
            )}
            <span className="k-quiet"> {t(`uses.${one.kind as Kind}`)}</span>
          </li>
        );
      })}
    </ul>
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
                <Differs now={one} before={past.find((other) => other.version === one.version - 1)} />
              </li>
            ))}
          </ol>
        )}
      </Asked>
    </section>
  );
}

/** What one version changed, in the words of its sentence. */
function Differs({ now, before }: { now: Past; before: Past | undefined }) {
  const { t } = useTranslation("segments");
  if (!before) return null;
  const words = (text: string) => text.split(" ").join("\n");
  const parts = diff(words(before.sentence), words(now.sentence));
  return (
    <details className={classes.differs}>
      <summary>{t("versions.differs", { version: now.version })}</summary>
      {parts.every((one) => one.sign === " ") ? (
        <Text size="sm">{t("versions.same")}</Text>
      ) : (
        <p dir="auto">
          {runs(parts).map((one, at) =>
            one.sign === " " ? (
              <span key={at}>{one.text} </span>
            ) : one.sign === "-" ? (
              <span key={at}>
                <del>
                  <span className="k-hidden">{t("versions.gone")}: </span>
                  {one.text}
                </del>{" "}
              </span>
            ) : (
              <span key={at}>
                <ins>
                  <span className="k-hidden">{t("versions.added")}: </span>
                  {one.text}
                </ins>{" "}
              </span>
            ),
          )}
        </p>
      )}
    </details>
  );
}

type Part = ReturnType<typeof diff>[number];

/** Words of the same kind that follow each other, as one. */
function runs(parts: Part[]): Part[] {
  const found: Part[] = [];
  for (const one of parts) {
    const last = found.at(-1);
    if (last?.sign === one.sign) last.text += ` ${one.text}`;
    else found.push({ ...one });
  }
  return found;
}
