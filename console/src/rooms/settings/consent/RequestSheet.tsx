// One request: who asked and how, what was done, and how it is answered.
import { Anchor, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Asked, Confirm, Failed, save, UnsavedGuard, useDraft, useFmt } from "~/kit";
import classes from "../settings.module.css";
import { State } from "../State";
import { close, erase, type Asked as Request, receiptQuery, requestQuery, type Whole } from "./api";
import { MOODS, standing } from "./Requests";

// What an erasure writes as the answer when it closes its request itself.
const RECEIPT = /^receipt ([0-9a-f-]{36})$/;

export function RequestSheet({ request }: { request: Request }) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const hows: Record<string, string> = t("consent.hows", { returnObjects: true });
  const proofs: Record<string, string> = t("consent.proofs", { returnObjects: true });
  const known = useQuery(requestQuery(request.id));
  const how = standing(request);
  // An erasure closes its request itself.
  const begun = request.kind === "erasure" && known.data?.being_erased === true;
  const receipt = RECEIPT.exec(request.answer)?.[1];
  const answer = receipt ? t("consent.receiptOf", { number: receipt }) : request.answer;
  const facts: [string, string][] = [
    [t("consent.received"), fmt.dateTime(request.received_at)],
    [t("consent.answerBy"), fmt.date(Date.parse(request.due_at) - 1)],
    [t("consent.how"), hows[request.channel] ?? request.channel],
    [t("consent.proof"), proofs[request.identity_proof] ?? request.identity_proof],
    ...(request.note ? [[t("consent.note"), request.note] as [string, string]] : []),
    ...(answer ? [[t("consent.answer"), answer] as [string, string]] : []),
  ];
  return (
    <Stack gap="lg">
      <State mood={MOODS[how]} word={t(`consent.requestStates.${how}`)} />
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
      <Link to={`/people/${request.person}`}>{t("consent.openPerson")}</Link>
      <Steps known={known} />
      {known.data?.being_erased ? <Receipt person={request.person} /> : null}
      {request.state === "open" && !begun ? <Answer request={request} /> : null}
    </Stack>
  );
}

function Steps({ known }: { known: UseQueryResult<Whole> }) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const words: Record<string, string> = t("consent.stepWords", { returnObjects: true });
  return (
    <div>
      <Text fw={550}>{t("consent.steps")}</Text>
      <Asked of={known}>
        {(whole) => (
          <ul className={classes.list}>
            {whole.steps.map((one) => (
              <li key={`${one.at} ${one.what}`}>
                <span>{words[one.what] ?? one.what}</span>
                <Text component="span" c="dimmed">
                  {fmt.dateTime(one.at)}
                </Text>
              </li>
            ))}
          </ul>
        )}
      </Asked>
    </div>
  );
}

/** What an erasure has done so far. */
function Receipt({ person }: { person: string }) {
  const { t } = useTranslation("settings");
  const known = useQuery(receiptQuery(person));
  return (
    <div>
      <Text fw={550}>{t("consent.receipt")}</Text>
      <Asked of={known}>
        {(told) => (
          <>
            {told.sentences.map((one) => (
              <Text key={one}>{one}</Text>
            ))}
            <Button size="xs" variant="default" mt="xs" onClick={() => keep(person, told)}>
              {t("consent.saveReceipt")}
            </Button>
          </>
        )}
      </Asked>
    </div>
  );
}

function keep(person: string, receipt: unknown) {
  const text = JSON.stringify(receipt, null, 2);
  save(new Blob([text], { type: "application/json" }), `receipt-${person}.json`);
}

function Answer({ request }: { request: Request }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const may = useMay("privacy.erase");
  const draft = useDraft(`request.${request.id}`, "", "");
  const [erasing, setErasing] = useState(false);
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["privacy-requests"] }),
      queries.invalidateQueries({ queryKey: ["privacy-receipt"] }),
    ]);
  const closing = useMutation({
    mutationFn: (state: "done" | "refused") => close(request.id, state, draft.value.trim()),
    onSuccess: async () => {
      draft.done();
      await refresh();
    },
    onError: () => void refresh(),
  });
  return (
    <Stack gap="sm">
      <UnsavedGuard draft={draft} />
      <Group gap="xs">
        {request.kind === "access" || request.kind === "portability" ? (
          <Anchor href={`/v1/privacy/people/${request.person}/export`} download>
            {t("consent.export")}
          </Anchor>
        ) : null}
        {request.kind === "erasure" && may ? (
          <Button color="red.9" onClick={() => setErasing(true)}>
            {t("consent.erase")}
          </Button>
        ) : null}
      </Group>
      <Textarea
        label={t("consent.answer")}
        description={t("consent.answerHelp")}
        value={draft.value}
        onChange={(event) => draft.change(event.currentTarget.value)}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={2000}
      />
      {closing.isError ? <Failed error={closing.error} /> : null}
      <Group gap="xs">
        <Button
          variant={request.kind === "erasure" ? "default" : "filled"}
          loading={closing.isPending}
          onClick={() => closing.mutate("done")}
        >
          {t("consent.close")}
        </Button>
        <Button
          variant="default"
          disabled={!draft.value.trim() || closing.isPending}
          onClick={() => closing.mutate("refused")}
        >
          {t("consent.refuse")}
        </Button>
      </Group>
      <Confirm
        opened={erasing}
        close={() => setErasing(false)}
        title={t("consent.erase")}
        touches={t("consent.eraseTouches")}
        type={t("consent.eraseWord")}
        word={t("consent.erase")}
        act={async () => {
          await erase(request.id);
          await refresh();
        }}
      />
    </Stack>
  );
}
