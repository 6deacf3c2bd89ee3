// Who somebody is: identifiers, what she is worth, on which channels she is reached and why not.
import { Group, Stack, Text, Title, Tooltip } from "@mantine/core";
import { IconRosetteDiscountCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Asked, useFmt } from "~/kit";
import { channelsQuery, type Profile, type Way } from "../asks";
import { Channel, Chip } from "../bits";
import { plain } from "../columns";
import { useWord } from "../words";
import classes from "../Person.module.css";

export function Section({ title, note, children }: {
  title: string; note?: string; children: ReactNode;
}) /* prettier-ignore */ {
  return (
    <section className={`k-card ${classes.section}`}>
      <Title order={2} className={classes.subtitle}>
        {title}
      </Title>
      {note ? (
        <Text size="xs" c="dimmed" mb={6}>
          {note}
        </Text>
      ) : null}
      {children}
    </section>
  );
}

export function Left({ person }: { person: Profile }) {
  return (
    <Stack gap="sm">
      <Who person={person} />
      <Value person={person} />
      <Reach person={person.id} />
      <Behaviour person={person} />
      <Traits person={person} />
    </Stack>
  );
}

function Who({ person }: { person: Profile }) {
  const { t } = useTranslation("people");
  const fmt = useFmt();
  const word = useWord();
  return (
    <Section title={t("person.who")}>
      <dl className={classes.facts}>
        {person.identifiers.map((one, at) => (
          <div key={`${one.kind} ${one.value} ${at}`} className={classes.fact}>
            <dt>{word("kind", one.kind.split(".")[0] ?? one.kind)}</dt>
            <dd>
              <bdi className={classes.strong}>{one.value}</bdi>
              <span className={classes.aside}>
                {one.claimed_only ? (
                  <Chip tone="warn">{t("person.claimed")}</Chip>
                ) : one.verified ? (
                  <span className={classes.good}>
                    <IconRosetteDiscountCheck size={14} aria-hidden />
                    {t("person.verified", { when: fmt.date(one.verified_at_ms ?? 0) })}
                  </span>
                ) : (
                  t("person.notVerified")
                )}
                {one.source ? (
                  <span>
                    {t("person.from", { source: one.source, when: fmt.date(one.claimed_at_ms) })}
                  </span>
                ) : null}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Value({ person }: { person: Profile }) {
  const { t } = useTranslation("people");
  const fmt = useFmt();
  return (
    <Section title={t("person.value")}>
      {person.orders.length ? (
        person.orders.map((one) => (
          <dl key={one.currency} className={classes.figures}>
            <Small label={t("person.revenue")}>
              {fmt.money(one.revenue_minor, one.currency, true)}
            </Small>
            <Small label={t("person.orders")}>{fmt.number(one.orders)}</Small>
            <Small label={t("person.basket")}>
              {fmt.money(one.basket_minor, one.currency, true)}
            </Small>
            <Small label={t("person.lastOrder")}>{fmt.date(one.last_ms)}</Small>
            {one.refunded_minor ? (
              <Small label={t("person.refunded")}>
                {fmt.money(one.refunded_minor, one.currency, true)}
              </Small>
            ) : null}
          </dl>
        ))
      ) : (
        <Text c="dimmed">{t("person.noOrders")}</Text>
      )}
    </Section>
  );
}

function Small({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className="k-num">{children}</dd>
    </div>
  );
}

function Reach({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const ways = useQuery(channelsQuery(person));
  return (
    <Section title={t("person.reach")} note={t("person.reachNote")}>
      <Asked of={ways}>
        {(all) => {
          const told = all.filter((one) => one.reason !== NOWHERE);
          const nowhere = all.filter((one) => one.reason === NOWHERE);
          return (
            <ul className={classes.ways}>
              {told
                .sort((a, b) => Number(b.reachable) - Number(a.reachable))
                .map((one) => (
                  <OneWay key={one.channel} way={one} />
                ))}
              {nowhere.length ? (
                <li className={classes.way}>
                  <Text size="xs" c="dimmed" mb={4}>
                    {t("person.noAddress")}
                  </Text>
                  <div className={classes.some}>
                    {nowhere.map((one) => (
                      <Channel key={one.channel} channel={one.channel} />
                    ))}
                  </div>
                </li>
              ) : null}
            </ul>
          );
        }}
      </Asked>
    </Section>
  );
}

const NOWHERE = "delivery.no_address";

function OneWay({ way }: { way: Way }) {
  const { t } = useTranslation("people");
  const fmt = useFmt();
  return (
    <li className={classes.way}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Channel channel={way.channel} />
        <Chip tone={way.reachable ? "good" : "warn"}>
          {way.reachable ? t("person.reachable") : t("person.notReachable")}
        </Chip>
      </Group>
      <span className={classes.aside}>
        {way.reachable ? <bdi>{way.address}</bdi> : <span>{way.said}</span>}
        {way.until ? <span>{t("person.until", { when: fmt.date(way.until) })}</span> : null}
        {way.consent ? <span>{t("person.by", { position: fmt.number(way.consent) })}</span> : null}
      </span>
    </li>
  );
}

function Behaviour({ person }: { person: Profile }) {
  const { t } = useTranslation("people");
  const fmt = useFmt();
  const word = useWord();
  const best = person.preferred_channel;
  return (
    <Section title={t("person.facts")}>
      <dl className={classes.facts}>
        {best ? (
          <Fact name={t("person.prefers")}>
            {t("person.prefersWhy", { ...best, channel: word("channel", best.channel) })}
          </Fact>
        ) : null}
        {person.last_viewed ? (
          <Fact name={t("person.viewed")} note={fmt.date(person.last_viewed.at_ms)}>
            <bdi>{person.last_viewed.name || person.last_viewed.product_id}</bdi>
          </Fact>
        ) : null}
        {person.seen.map((one) => (
          <Fact
            key={one.channel}
            name={word("channel", one.channel) || t("person.seen")}
            note={`${fmt.date(one.first_ms)} – ${fmt.date(one.last_ms)}`}
          >
            {t("person.events", { count: one.events })}
          </Fact>
        ))}
        <Fact name={t("person.language")} note={person.language.said}>
          {person.language.value.toUpperCase()}
        </Fact>
        <Fact name={t("person.zone")} note={person.time_zone.said}>
          {person.time_zone.value}
        </Fact>
      </dl>
    </Section>
  );
}

function Fact({ name, note, children }: { name: string; note?: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>
        <span>{children}</span>
        {note ? <span className={classes.aside}>{note}</span> : null}
      </dd>
    </div>
  );
}

function Traits({ person }: { person: Profile }) {
  const { t } = useTranslation("people");
  const fmt = useFmt();
  const all = Object.entries(person.traits).sort(([a], [b]) => fmt.compare(a, b));
  return (
    <Section title={t("person.traits")}>
      {all.length ? (
        <dl className={classes.facts}>
          {all.map(([name, one]) => (
            <div key={name} className={classes.fact}>
              <dt>{name}</dt>
              <dd>
                <Tooltip
                  label={[one.source, fmt.dateTime(one.at_ms)].filter(Boolean).join(", ")}
                  openDelay={300}
                >
                  <bdi className={classes.clamp}>{plain(one.value).slice(0, 300)}</bdi>
                </Tooltip>
                <span className={classes.aside}>
                  {[one.source, fmt.date(one.at_ms)].filter(Boolean).join(", ")}
                </span>
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <Text c="dimmed">{t("person.noTraits")}</Text>
      )}
    </Section>
  );
}
