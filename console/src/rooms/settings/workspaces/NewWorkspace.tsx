// Opens a workspace: what it is called, where it is met, and by which country and clock it lives.
import { Button, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { fold } from "~/fmt";
import { Failed, SideSheet, UnsavedGuard, useDraft } from "~/kit";
import { type NewSpace, open, visit } from "./api";

interface Props {
  opened: boolean;
  close: () => void;
}

const ZONES = {
  TR: "Europe/Istanbul",
  AZ: "Asia/Baku",
  DE: "Europe/Berlin",
  FR: "Europe/Paris",
  GB: "Europe/London",
  GE: "Asia/Tbilisi",
  KZ: "Asia/Almaty",
  NL: "Europe/Amsterdam",
} as const;
type Country = keyof typeof ZONES;
const COUNTRIES = Object.keys(ZONES) as Country[];
const MOST_ZONES = 50;

export function NewWorkspace({ opened, close }: Props) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const me = useMe();
  const draft = useDraft("workspace.new", begun(me.country, me.timezone), "");
  const now = draft.value;
  const opening = useMutation({
    mutationFn: () => open({ ...now, name: now.name?.trim() ?? "" }),
    onSuccess: async () => {
      draft.done();
      await queries.invalidateQueries({ queryKey: ["workspaces"] });
    },
  });
  const put = (some: Partial<NewSpace>) => draft.change({ ...now, ...some });
  const leave = () => {
    opening.reset();
    close();
  };
  return (
    <SideSheet opened={opened} close={leave} title={t("workspaces.new")}>
      {opening.data ? (
        <Done name={opening.data.name} go={() => visit(opening.data.key)} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            opening.mutate();
          }}
        >
          <Stack gap="sm">
            <UnsavedGuard draft={draft} />
            <TextInput
              data-autofocus
              label={t("workspaces.name")}
              value={now.name ?? ""}
              onChange={(event) => {
                const name = event.currentTarget.value;
                // The key follows the name until somebody writes one.
                const follows = now.key === keyOf(now.name ?? "");
                put(follows ? { name, key: keyOf(name) } : { name });
              }}
              required
              maxLength={100}
            />
            <TextInput
              label={t("workspaces.key")}
              description={t("workspaces.keyHelp")}
              value={now.key}
              onChange={(event) => put({ key: event.currentTarget.value })}
              required
              maxLength={30}
            />
            <TextInput
              label={t("workspaces.host")}
              description={t("workspaces.hostHelp")}
              placeholder={now.key ? `${now.key}.${usual(me.address)}` : ""}
              value={now.host ?? ""}
              onChange={(event) => put({ host: event.currentTarget.value })}
              maxLength={253}
            />
            <Place now={now} put={put} />
            {opening.isError ? <Failed error={opening.error} /> : null}
            <Text size="sm" c="dimmed">
              {t("workspaces.means")}
            </Text>
            <Button
              type="submit"
              loading={opening.isPending}
              disabled={!now.name?.trim() || !now.key}
            >
              {t("workspaces.open")}
            </Button>
          </Stack>
        </form>
      )}
    </SideSheet>
  );
}

/** By which law, clock and language it lives. */
function Place({ now, put }: { now: NewSpace; put: (some: Partial<NewSpace>) => void }) {
  const { t } = useTranslation("settings");
  return (
    <>
      <Select
        label={t("workspaces.country")}
        description={t("workspaces.countryHelp")}
        data={COUNTRIES.map((one) => ({ value: one, label: t(`workspaces.countries.${one}`) }))}
        value={now.country ?? null}
        onChange={(country) => {
          if (country) put({ country, timezone: ZONES[country as Country] });
        }}
        allowDeselect={false}
      />
      <Select
        label={t("workspaces.zone")}
        data={Intl.supportedValuesOf("timeZone")}
        value={now.timezone ?? null}
        onChange={(timezone) => timezone && put({ timezone })}
        allowDeselect={false}
        searchable
        limit={MOST_ZONES}
      />
      <Select
        label={t("workspaces.locale")}
        data={(["tr", "az", "en"] as const).map((one) => ({
          value: one,
          label: t(`workspaces.locales.${one}`),
        }))}
        value={now.locale ?? null}
        onChange={(locale) => locale && put({ locale })}
        allowDeselect={false}
      />
    </>
  );
}

function Done({ name, go }: { name: string; go: () => Promise<void> }) {
  const { t } = useTranslation("settings");
  const going = useMutation({ mutationFn: go });
  return (
    <Stack gap="sm" role="status">
      <Text>{t("workspaces.made", { name })}</Text>
      {going.isError ? <Failed error={going.error} /> : null}
      <Button data-autofocus loading={going.isPending} onClick={() => going.mutate()}>
        {t("workspaces.goTo", { name })}
      </Button>
    </Stack>
  );
}

function begun(country: string, timezone: string): NewSpace {
  const known = COUNTRIES.find((one) => one === country);
  return { key: "", name: "", host: "", country: known ?? "TR", timezone, locale: "tr" };
}

/** A key as the server takes it, from a name in any of our languages. */
function keyOf(name: string): string {
  return fold(name)
    .normalize("NFD")
    .replaceAll(/[^a-z0-9]/g, "")
    .replace(/^[0-9]+/, "")
    .slice(0, 30);
}

function usual(address: string): string {
  const { hostname } = new URL(address);
  return /^[\d.]+$|:/.test(hostname) ? "localhost" : hostname;
}
