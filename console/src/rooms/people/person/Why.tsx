// Why a message went or did not: the gate's own story, rule by rule, in sentences.
import { Alert, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMay } from "~/api/me";
import { Asked, SideSheet } from "~/kit";
import classes from "../Person.module.css";

interface Props {
  /** The message's id; undefined: nothing is asked. */
  message: string | undefined;
  close: () => void;
}

export function Why({ message, close }: Props) {
  const { t, i18n } = useTranslation("people");
  const language = i18n.language;
  const why = useQuery({
    queryKey: ["message", message, "why", language],
    queryFn: async () =>
      take(
        await api.GET("/v1/messages/{message}/why", {
          params: { path: { message: message ?? "" }, query: { language } },
        }),
      ),
    enabled: message !== undefined,
  });
  return (
    <SideSheet opened={message !== undefined} close={close} title={t("messages.whyTitle")}>
      <Asked of={why}>
        {(told) => (
          <Stack gap="md">
            <Story text={told.said} />
            {message ? <Copy message={message} /> : null}
          </Stack>
        )}
      </Asked>
    </SideSheet>
  );
}

/** Lines of a story: those set in are rules under the decision before them. */
export function Story({ text }: { text: string }) {
  const blocks = text.split("\n\n").map((one) => one.split("\n"));
  return (
    <Stack gap="md">
      {blocks.map((lines, at) => (
        <div key={at} className={at ? classes.decision : undefined}>
          {lines
            .filter((one) => !one.startsWith("  "))
            .map((one, place) => (
              <Text key={place} fw={place ? 400 : 600} dir="auto">
                {one}
              </Text>
            ))}
          {lines.some((one) => one.startsWith("  ")) ? (
            <ul className={classes.rules}>
              {lines
                .filter((one) => one.startsWith("  "))
                .map((one, place) => (
                  <li key={place} dir="auto">
                    {one.trim()}
                  </li>
                ))}
            </ul>
          ) : null}
        </div>
      ))}
    </Stack>
  );
}

/** What the message said, for those who may see personal data; the look is in the audit log. */
function Copy({ message }: { message: string }) {
  const { t } = useTranslation("people");
  const may = useMay("people.reveal");
  const copy = useQuery({
    queryKey: ["message", message, "sent"],
    queryFn: async () =>
      take(
        await api.GET("/v1/messages/{message}/sent", { params: { path: { message } } }),
      ),
    enabled: false,
    retry: false,
  });
  if (!may) return null;
  return (
    <div>
      {copy.data ? (
        <>
          <Title order={3} fz="md" mb={6}>
            {t("messages.text")}
          </Title>
          <dl className={classes.facts}>
            {Object.entries(copy.data.fields)
              .filter(([name]) => name !== "html")
              .map(([name, value]) => (
                <div key={name} className={classes.fact}>
                  <dt>{name}</dt>
                  <dd className={classes.pre} dir="auto">
                    {value}
                  </dd>
                </div>
              ))}
          </dl>
        </>
      ) : copy.isError ? (
        <Alert variant="default">{copy.error.message}</Alert>
      ) : (
        <button type="button" className={classes.link} onClick={() => void copy.refetch()}>
          {t("messages.text")}
        </button>
      )}
    </div>
  );
}
