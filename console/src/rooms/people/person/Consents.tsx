// What a person agreed to and refused, word by word, each with its proof.
import { Button, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked, SideSheet, useFmt } from "~/kit";
import { consentsQuery, type Word } from "../asks";
import { Channel, Chip, type Tone } from "../bits";
import { useWord } from "../words";
import classes from "../Person.module.css";

const TONES: Record<string, Tone> = { granted: "good", denied: "bad", withdrawn: "bad" };

export function Consents({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const fmt = useFmt();
  const word = useWord();
  const said = useQuery(consentsQuery(person));
  const [proof, setProof] = useState<Word>();
  const about = (one: Word) =>
    [one.purpose === "marketing" ? t("consents.marketing") : one.purpose, one.topic, one.brand]
      .filter(Boolean)
      .join(" · ");
  return (
    <>
      <Asked of={said} empty={<Text c="dimmed">{t("consents.none")}</Text>}>
        {(all) => (
          <Table.ScrollContainer minWidth={560} scrollAreaProps={{ tabIndex: 0 }}>
            <Table fz={13} verticalSpacing={7}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">{t("consents.channel")}</Table.Th>
                  <Table.Th scope="col">{t("consents.said")}</Table.Th>
                  <Table.Th scope="col">{t("consents.about")}</Table.Th>
                  <Table.Th scope="col">{t("consents.when")}</Table.Th>
                  <Table.Th scope="col">{t("consents.where")}</Table.Th>
                  <Table.Th scope="col">{t("consents.proof")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {all.map((one) => (
                  <Table.Tr key={one.position}>
                    <Table.Td>
                      <Channel channel={one.channel} />
                    </Table.Td>
                    <Table.Td>
                      <Chip tone={one.in_force ? TONES[one.status] : "plain"}>
                        {word("consents.status", one.status)}
                      </Chip>
                      <span className={classes.aside}>
                        {one.in_force ? t("consents.inForce") : t("consents.before")}
                      </span>
                    </Table.Td>
                    <Table.Td>{about(one)}</Table.Td>
                    <Table.Td>{fmt.dateTime(one.occurred_at)}</Table.Td>
                    <Table.Td>{word("consents.source", one.source)}</Table.Td>
                    <Table.Td>
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-label={`${t("consents.show")}: ${fmt.number(one.position)}`}
                        onClick={() => setProof(one)}
                      >
                        {t("consents.proof")}
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Asked>
      <SideSheet
        opened={proof !== undefined}
        close={() => setProof(undefined)}
        title={t("consents.proof")}
      >
        {proof ? <Proof of={proof} about={about(proof)} /> : null}
      </SideSheet>
    </>
  );
}

function Proof({ of, about }: { of: Word; about: string }) {
  const { t } = useTranslation("people");
  const fmt = useFmt();
  const word = useWord();
  const rows: [string, string][] = [
    [t("consents.entry"), fmt.number(of.position)],
    [t("consents.said"), word("consents.status", of.status)],
    [t("consents.about"), about],
    [t("consents.when"), fmt.dateTime(of.occurred_at)],
    [t("consents.recorded"), fmt.dateTime(of.recorded_at)],
    [t("consents.where"), word("consents.source", of.source)],
    [t("consents.actor"), of.actor],
    [t("consents.notice"), of.notice_name || (of.notice ? String(of.notice) : "")],
    [t("consents.basis"), of.legal_basis],
    [t("consents.law"), of.jurisdiction],
    [t("consents.expires"), of.expires_at ? fmt.date(of.expires_at) : ""],
    [t("consents.hash"), of.hash],
  ];
  return (
    <dl className={classes.facts}>
      {rows
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
