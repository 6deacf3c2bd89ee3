// One picture: what it says in each language, its addresses, who shows it, and the way out.
import { Button, CopyButton, Group, Stack, TagsInput, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { LOCALES } from "~/fmt";
import { Asked, Confirm, Failed, SideSheet, UnsavedGuard, useDraft, useFmt } from "~/kit";
import { SaveBar } from "~/rooms/settings/SaveBar";
import { useSaving } from "~/rooms/settings/useSaving";
import { archive, oneQuery, type Picture, refresh, remove, shownAt, type Texts, write } from "./api";
import classes from "./media.module.css";
import { Shows } from "./Shows";

const NAME_CHARS = 200;
const ALT_CHARS = 500;

export default function Sheet({ id, close }: { id: string; close: () => void }) {
  const { t } = useTranslation("media");
  const found = useQuery(oneQuery(id));
  return (
    <SideSheet opened close={close} title={<bdi>{found.data?.name ?? t("title")}</bdi>}>
      <Asked of={found}>{(picture) => <One picture={picture} close={close} />}</Asked>
    </SideSheet>
  );
}

function One({ picture, close }: { picture: Picture; close: () => void }) {
  const { t, i18n } = useTranslation("media");
  const mayEdit = useMay("journeys.edit");
  const shown = picture.sizes.find((one) => one.width >= 520) ?? picture.sizes.at(-1);
  return (
    <Stack gap="md">
      {shown ? (
        <img
          className={classes.large}
          src={shownAt(shown)}
          alt={picture.alt[i18n.language] ?? ""}
          width={shown.width}
          height={shown.height}
        />
      ) : null}
      <Form picture={picture} mayEdit={mayEdit} />
      <Addresses picture={picture} />
      <section>
        <Title order={3} fz="md" mb={4}>
          {t("column.users")}
        </Title>
        <Shows of={picture.users} all />
      </section>
      {mayEdit ? <Ends picture={picture} close={close} /> : null}
    </Stack>
  );
}

function Form({ picture, mayEdit }: { picture: Picture; mayEdit: boolean }) {
  const { t } = useTranslation("media");
  const { name, alt, tags } = picture;
  const draft = useDraft<Texts>(`media.${picture.id}`, { name, alt, tags }, picture.edition);
  const now = draft.value;
  const saving = useSaving(draft, picture.edition, {
    save: (texts, match) => write(picture.id, texts, match),
    refresh,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void saving.go();
      }}
    >
      <UnsavedGuard draft={draft} />
      <fieldset className={classes.fields} disabled={!mayEdit || saving.busy}>
        <legend className="k-hidden">{t("texts")}</legend>
        <TextInput
          label={t("name")}
          required
          maxLength={NAME_CHARS}
          value={now.name}
          onChange={(event) => draft.change({ ...now, name: event.currentTarget.value })}
        />
        {LOCALES.map((one) => (
          <TextInput
            key={one}
            label={t("alt", { language: t(`language.${one}`) })}
            lang={one}
            maxLength={ALT_CHARS}
            value={now.alt[one] ?? ""}
            description={now.alt[one]?.trim() ? undefined : t("altNone")}
            inputWrapperOrder={["label", "input", "description"]}
            onChange={(event) =>
              draft.change({ ...now, alt: { ...now.alt, [one]: event.currentTarget.value } })
            }
          />
        ))}
        <TagsInput
          label={t("tags")}
          description={t("tagsHelp")}
          inputWrapperOrder={["label", "input", "description"]}
          value={now.tags}
          onChange={(tags) => draft.change({ ...now, tags })}
          maxTags={20}
        />
      </fieldset>
      <Text size="sm" c="dimmed" my="xs">
        {t("altSays")}
      </Text>
      {mayEdit ? <SaveBar draft={draft} saving={saving} unfit={!now.name.trim()} /> : null}
    </form>
  );
}

function Addresses({ picture }: { picture: Picture }) {
  const { t } = useTranslation("media");
  const fmt = useFmt();
  return (
    <section>
      <Title order={3} fz="md" mb={4}>
        {t("addresses")}
      </Title>
      <table className={classes.sizes}>
        <caption className="k-hidden">{t("addresses")}</caption>
        <tbody>
          {picture.sizes.map((one) => {
            const [width, height] = [fmt.number(one.width), fmt.number(one.height)];
            const kind = one.kind.toUpperCase();
            return (
              <tr key={one.width}>
                <th scope="row">{t("pixels", { width, height })}</th>
                <td>
                  {kind} · {t("kilobytes", { size: fmt.number(Math.ceil(one.size_bytes / 1000)) })}
                </td>
                <td>
                  <CopyButton value={one.url}>
                    {({ copied, copy }) => (
                      <Button
                        size="compact-sm"
                        variant="default"
                        aria-label={copied ? undefined : t("copyOne", { width })}
                        onClick={copy}
                      >
                        {t(copied ? "copied" : "copy")}
                      </Button>
                    )}
                  </CopyButton>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <Text size="sm" c="dimmed">
        {t("addressesSay")}
      </Text>
    </section>
  );
}

/** Out of the list and back into it; for good only what no text has ever shown. */
function Ends({ picture, close }: { picture: Picture; close: () => void }) {
  const { t } = useTranslation("media");
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const gone = picture.archived_at !== null;
  const turn = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await archive(picture.id, !gone);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className={classes.ends}>
      {error ? <Failed error={error} /> : null}
      <Group gap="xs">
        <Button size="xs" variant="default" loading={busy} onClick={() => void turn()}>
          {t(gone ? "restore" : "archive")}
        </Button>
        {picture.users.length ? null : (
          <Button size="xs" variant="default" onClick={() => setAsking(true)}>
            {t("delete.button")}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed" mt={4}>
        {t(gone ? "restoreSays" : "archiveSays")}
      </Text>
      <Confirm
        opened={asking}
        close={() => setAsking(false)}
        title={t("delete.title")}
        touches={t("delete.touches")}
        type={picture.name}
        word={t("delete.button")}
        act={async () => {
          await remove(picture.id);
          close();
        }}
      />
    </section>
  );
}
