// A test of each message to our own people, before anybody else gets it.
import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMay } from "~/api/me";
import { Asked } from "~/kit";
import { messagesQuery } from "./api";
import classes from "./broadcasts.module.css";
import type { Wanted } from "./shape";

const TestSend = lazy(() => import("~/rooms/messages/TestSend"));

export default function Test({ wanted }: { wanted: Wanted }) {
  const { t } = useTranslation("broadcasts");
  const may = [useMay("journeys.edit"), useMay("people.read")].every(Boolean);
  const messages = useQuery(messagesQuery);
  const [testing, setTesting] = useState<string | null>(null);
  const rows = [
    ...(wanted.test?.variants ?? [{ name: "", message: wanted.message ?? "" }]),
    ...(wanted.resend?.message ? [{ name: t("again.short"), message: wanted.resend.message }] : []),
  ];
  return (
    <>
      <Text mb="sm">{t("test.says")}</Text>
      <Asked of={messages}>
        {(known) => (
          <table className={`${classes.table} ${classes.left}`}>
            <caption className="k-hidden">{t("step.test")}</caption>
            <thead>
              <tr>
                {rows.length > 1 ? <th scope="col">{t("what.name")}</th> : null}
                <th scope="col">{t("form.message")}</th>
                <th scope="col">
                  <span className="k-hidden">{t("step.test")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((one) => {
                const name = known.find((other) => other.key === one.message)?.name ?? one.message;
                return (
                  <tr key={one.name}>
                    {rows.length > 1 ? <th scope="row">{one.name}</th> : null}
                    <th scope="row">
                      <Link to={`/messages/${one.message}` as string} dir="auto">
                        {name}
                      </Link>
                    </th>
                    <td>
                      {may ? (
                        <Button size="xs" variant="default" onClick={() => setTesting(one.message)}>
                          {t("test.send", { name })}
                        </Button>
                      ) : null}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
      </Asked>
      {testing ? <Sheet message={testing} close={() => setTesting(null)} /> : null}
    </>
  );
}

function Sheet({ message, close }: { message: string; close: () => void }) {
  const live = useQuery({
    queryKey: ["broadcasts", "message", message],
    queryFn: async () =>
      take(await api.GET("/v1/messages/{key}", { params: { path: { key: message } } })),
  });
  if (!live.data) return <Asked of={live}>{() => null}</Asked>;
  return (
    <Suspense>
      <TestSend live={live.data} unsaved={false} close={close} />
    </Suspense>
  );
}
