// Loads the sample shop, and takes it out again: each says in numbers what it does, and has a word typed.
import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMay } from "~/api/me";
import { queries } from "~/api/queries";
import { Confirm, Failed, useFmt } from "~/kit";
import { type Contents, type Shop, sampleQuery } from "./sample";

export function LoadSample({ shop }: { shop: Shop }) {
  const { t } = useTranslation("start");
  const fmt = useFmt();
  const may = useMay("people.import");
  const [asking, ask] = useState(false);
  const counts = { wanted: fmt.number(shop.wanted) };
  if (!may) return null;
  if (!shop.possible) return <Text>{t("sample.full")}</Text>;
  return (
    <>
      <Text>{t("sample.says", counts)}</Text>
      <Button variant="default" onClick={() => ask(true)}>
        {t("sample.load")}
      </Button>
      <Confirm
        opened={asking}
        close={() => ask(false)}
        title={t("sample.load")}
        touches={t("sample.touches", counts)}
        type={t("sample.word")}
        word={t("sample.load")}
        act={async () => {
          queries.setQueryData(sampleQuery.queryKey, take(await api.POST("/v1/sample")));
        }}
      />
    </>
  );
}

export function RemoveSample() {
  const { t } = useTranslation("start");
  const may = useMay("privacy.erase");
  const [counting, setCounting] = useState(false);
  const [found, setFound] = useState<Contents>();
  const [error, setError] = useState<unknown>();
  if (!may) return null;
  const count = async () => {
    setCounting(true);
    setError(undefined);
    try {
      setFound(take(await api.GET("/v1/sample/contents")));
    } catch (problem) {
      setError(problem);
    } finally {
      setCounting(false);
    }
  };
  return (
    <>
      <Button variant="default" loading={counting} onClick={() => void count()}>
        {t("sample.remove")}
      </Button>
      {counting ? (
        <span className="k-hidden" role="status">
          {t("sample.counting")}
        </span>
      ) : null}
      {error ? <Failed error={error} again={() => void count()} /> : null}
      <Confirm
        opened={found !== undefined}
        close={() => setFound(undefined)}
        title={t("sample.remove")}
        touches={found ? <Touches of={found} /> : null}
        type={t("sample.word")}
        word={t("sample.remove")}
        act={async () => {
          queries.setQueryData(sampleQuery.queryKey, take(await api.POST("/v1/sample/remove")));
        }}
      />
    </>
  );
}

function Touches({ of }: { of: Contents }) {
  const { t } = useTranslation("start");
  const parts = {
    people: t("sample.people", { count: of.people }),
    orders: t("sample.orders", { count: of.orders }),
    products: t("sample.products", { count: of.products }),
  };
  return (
    <>
      <Text>{t("sample.removeSays", parts)}</Text>
      {of.staying ? <Text mt="xs">{t("sample.staying", { count: of.staying })}</Text> : null}
      <Text mt="xs">{t("sample.removeKeeps")}</Text>
    </>
  );
}
