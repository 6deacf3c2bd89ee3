// How long one kind of data is kept: what a shorter time lets go of is said before, and typed.
import { Button, NumberInput, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Confirm, Failed, UnsavedGuard, useDraft, useFmt } from "~/kit";
import { SaveBar } from "../SaveBar";
import classes from "../settings.module.css";
import { useSaving } from "../useSaving";
import { type Rule, save, type Touched, touched } from "./api";
import { useKinds } from "./useKinds";

const MOST_DAYS = 36_524;

export function RuleSheet({ rule }: { rule: Rule }) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const may = useMay("privacy.erase");
  const told = (days: number | null) =>
    days ? t("retention.days", { count: days, n: fmt.number(days) }) : t("retention.forever");
  return (
    <Stack gap="md">
      <dl className={classes.facts}>
        <div>
          <dt>{t("retention.kept")}</dt>
          <dd>{told(rule.days)}</dd>
        </div>
        <div>
          <dt>{t("retention.ground")}</dt>
          <dd dir="auto">{rule.source}</dd>
        </div>
      </dl>
      {rule.changeable ? null : <Text>{t("retention.fixedHelp")}</Text>}
      {rule.changeable && may ? <Form rule={rule} usual={told(rule.usual_days)} /> : null}
    </Stack>
  );
}

function Form({ rule, usual }: { rule: Rule; usual: string }) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const queries = useQueryClient();
  const what = useKinds()(rule.kind);
  const saved = { days: rule.days, source: rule.source };
  const draft = useDraft(`retention.${rule.kind}`, saved, rule.edition);
  const now = draft.value;
  const saving = useSaving(draft, rule.edition, {
    save: (wanted, match) => save(rule.kind, wanted.days, wanted.source.trim(), match),
    refresh: () => queries.invalidateQueries({ queryKey: ["retention"] }),
  });
  const isShorter = now.days !== null && (rule.days === null || now.days < rule.days);
  const looking = useMutation({ mutationFn: (days: number) => touched(rule.kind, days) });
  const asked = looking.data && now.days ? says(looking.data, now.days) : undefined;
  function says(found: Touched, days: number): string {
    const facts = { count: found.count, n: fmt.number(found.count), days: fmt.number(days), what };
    if (!found.count) return t("retention.touchesNothing", facts);
    if (found.months) return t("retention.touchesMonths", facts);
    return found.is_all ? t("retention.touchesRows", facts) : t("retention.touchesMore", facts);
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isShorter && now.days) looking.mutate(now.days);
        else void saving.go();
      }}
    >
      <Stack gap="sm">
        <UnsavedGuard draft={draft} />
        <NumberInput
          data-autofocus
          label={t("retention.time")}
          description={t("retention.timeHelp", { usual })}
          value={now.days ?? ""}
          onChange={(value) => draft.change({ ...now, days: value === "" ? null : Number(value) })}
          min={1}
          max={MOST_DAYS}
          allowDecimal={false}
          hideControls
        />
        <Textarea
          label={t("retention.source")}
          description={t("retention.sourceHelp")}
          value={now.source}
          onChange={(event) => draft.change({ ...now, source: event.currentTarget.value })}
          required
          autosize
          minRows={2}
          maxLength={500}
        />
        {draft.dirty && !isShorter && now.days !== rule.days ? (
          <Text c="dimmed">{t("retention.longer")}</Text>
        ) : null}
        {now.days === rule.usual_days ? null : (
          <Button
            variant="default"
            size="xs"
            onClick={() => draft.change({ ...now, days: rule.usual_days })}
          >
            {t("retention.backToUsual")}
          </Button>
        )}
        {looking.isError ? <Failed error={looking.error} /> : null}
        <SaveBar
          draft={draft}
          saving={saving}
          unfit={!now.source.trim() || looking.isPending}
          {...(isShorter ? { word: t("retention.check") } : {})}
        />
      </Stack>
      <Confirm
        opened={asked !== undefined}
        close={() => looking.reset()}
        title={t("retention.shorter")}
        touches={asked}
        type={t("retention.type")}
        word={t("retention.shorter")}
        act={() => saving.go()}
      />
    </form>
  );
}
