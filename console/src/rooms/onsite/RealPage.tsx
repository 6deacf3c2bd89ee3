// A link to the shop's own page on which the snippet shows this draft to whoever opens it, for an hour.
import { Anchor, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed, SideSheet, useFmt } from "~/kit";
import { see } from "./api";
import type { Language, Wanted } from "./shape";

interface Props {
  wanted: Wanted;
  variant: number;
  language: Language;
  /** The origins that a preview may be opened on. */
  sites: string[];
  faults: number;
  close: () => void;
}

export default function RealPage({ wanted, variant, language, sites, faults, close }: Props) {
  const { t } = useTranslation("onsite");
  const fmt = useFmt();
  const [site, setSite] = useState<string | null>(sites[0] ?? null);
  const [path, setPath] = useState(pathOf(wanted));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [made, setMade] = useState<{ url: string; until_ms: number } | null>(null);
  const make = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const url = `${site ?? ""}${path.startsWith("/") ? "" : "/"}${path}`;
      setMade(await see(wanted, variant, language, url));
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <SideSheet opened close={close} title={t("real.title")}>
      <Stack gap="md">
        <Text>{t("real.says")}</Text>
        {sites.length ? (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void make();
            }}
          >
            <Stack gap="md">
              <Select
                label={t("real.site")}
                allowDeselect={false}
                data={sites}
                value={site}
                onChange={(one) => {
                  setSite(one);
                  setMade(null);
                }}
              />
              <TextInput
                label={t("real.path")}
                description={t("real.pathHelp")}
                dir="ltr"
                value={path}
                onChange={(event) => {
                  setPath(event.currentTarget.value);
                  setMade(null);
                }}
              />
              {faults ? <Text role="status">{t("real.mend")}</Text> : null}
              <Group>
                <Button type="submit" loading={busy} disabled={faults > 0}>
                  {t("real.make")}
                </Button>
              </Group>
            </Stack>
          </form>
        ) : (
          <Text role="status">
            {t("real.noSite")}{" "}
            <Link to={"/settings/sources" as string}>{t("real.sources")}</Link>
          </Text>
        )}
        {error ? <Failed error={error} /> : null}
        {made ? (
          <Stack gap={4} role="status">
            <Anchor href={made.url} target="_blank" rel="noopener noreferrer" fw={600}>
              <Group gap={6} component="span">
                {t("real.go")}
                <IconExternalLink size={15} aria-hidden />
              </Group>
            </Anchor>
            <Text size="sm" c="dimmed">
              {t("real.until", { when: fmt.time(made.until_ms) })}
            </Text>
          </Stack>
        ) : null}
      </Stack>
    </SideSheet>
  );
}

/** A page on which it would appear: the first of its addresses that names one. */
function pathOf(wanted: Wanted): string {
  const found = wanted.triggers?.urls?.find((one) => one.startsWith("/"));
  return found?.replaceAll("*", "") || "/";
}
