// A picture is chosen from the library for a place: its address, its words in that language, its width.
import { Button, FileButton, Group, Modal, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch, IconUpload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Locale } from "~/fmt";
import { Asked, Empty } from "~/kit";
import { listQuery, MAIL_PX, type Picture, shownAt, type Size, sizeFor, TAKEN } from "./api";
import { Fates } from "./Bring";
import classes from "./media.module.css";
import { useUploads } from "./useUploads";

/** What is put where the picture shall stand; `width` in points. */
export interface Chosen {
  url: string;
  alt: string;
  width: number;
}

/** A mail says what a picture shows and how wide it is; a page only what it shows; a notice neither. */
export type Where = "mail" | "page" | "notice";

interface Props {
  language: Locale;
  where: Where;
  close: () => void;
  take: (chosen: Chosen) => void;
}

const PAUSE_MS = 200;
const LEAST_PX = 16;
const ALT_CHARS = 500;
/** A block on a page takes fewer. */
const PAGE_ALT_CHARS = 300;

export default function Picker({ language, where, close, take }: Props) {
  const { t } = useTranslation("media");
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const [picked, setPicked] = useState<Picture>();
  const found = useInfiniteQuery(listQuery(asked, false));
  const uploads = useUploads(setPicked);
  const rows = found.data?.pages.flatMap((one) => one.items) ?? [];
  return (
    <Modal
      opened
      onClose={close}
      size="xl"
      title={t("pick.title")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Group gap="xs" wrap="wrap">
        <TextInput
          data-autofocus
          className={classes.search}
          aria-label={t("search")}
          placeholder={t("search")}
          leftSection={<IconSearch size={15} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <FileButton multiple accept={TAKEN} onChange={uploads.add}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconUpload size={16} aria-hidden />}>
              {t("bring.button")}
            </Button>
          )}
        </FileButton>
      </Group>
      {uploads.list.length ? <Fates uploads={uploads} /> : null}
      <Asked
        of={found}
        isEmpty={() => !rows.length}
        empty={<Empty title={t(asked ? "noneFound" : "none")}>{t("noneHelp")}</Empty>}
      >
        {() => (
          <>
            <Pictures rows={rows} picked={picked} pick={setPicked} language={language} />
            {found.hasNextPage ? (
              <Button
                size="compact-sm"
                variant="subtle"
                loading={found.isFetchingNextPage}
                onClick={() => void found.fetchNextPage()}
              >
                {t("pick.more")}
              </Button>
            ) : null}
          </>
        )}
      </Asked>
      {picked ? <Place key={picked.id} picture={picked} language={language} where={where} take={take} /> : null}
    </Modal>
  );
}

interface PicturesProps {
  rows: Picture[];
  picked: Picture | undefined;
  pick: (picture: Picture) => void;
  language: Locale;
}

function Pictures({ rows, picked, pick, language }: PicturesProps) {
  const { t } = useTranslation("media");
  return (
    <div className={classes.choices} role="group" aria-label={t("title")}>
      {rows.map((one) => (
        <button
          key={one.id}
          type="button"
          className={classes.choice}
          aria-pressed={one.id === picked?.id}
          onClick={() => pick(one)}
        >
          <img className={classes.thumb} src={shownAt(one.sizes[0] as Size)} alt="" loading="lazy" />
          <span className={classes.name} dir="auto">
            {one.name}
          </span>
          {one.alt[language] ? null : (
            <span className={classes.hint}>
              {t("altLacks", { language: t(`language.${language}`) })}
            </span>
          )}
        </button>
      ))}
    </div>
  );
}

interface PlaceProps {
  picture: Picture;
  language: Locale;
  where: Where;
  take: (chosen: Chosen) => void;
}

/** How it stands there: what it says, and in a mail how wide. */
function Place({ picture, language, where, take }: PlaceProps) {
  const { t } = useTranslation("media");
  const most = Math.min(MAIL_PX, picture.width);
  const [alt, setAlt] = useState((picture.alt[language] ?? "").slice(0, where === "page" ? PAGE_ALT_CHARS : ALT_CHARS));
  const [width, setWidth] = useState(most);
  return (
    <form
      className={classes.ends}
      onSubmit={(event) => {
        event.preventDefault();
        // Forms within forms tell their outer ones, also through the portal.
        event.stopPropagation();
        const fit = Math.round(Math.min(most, Math.max(1, width || most)));
        take({ url: sizeFor(picture, fit).url, alt: alt.trim(), width: fit });
      }}
    >
      <Stack gap="xs">
        <Text fw={550} dir="auto">
          {picture.name}
        </Text>
        {where === "notice" ? null : (
          <TextInput
            label={t("alt", { language: t(`language.${language}`) })}
            lang={language}
            maxLength={where === "page" ? PAGE_ALT_CHARS : ALT_CHARS}
            value={alt}
            description={alt.trim() ? undefined : t("altNone")}
            inputWrapperOrder={["label", "input", "description"]}
            onChange={(event) => setAlt(event.currentTarget.value)}
          />
        )}
        <Group gap="sm" align="flex-end">
          {where === "mail" ? (
            <NumberInput
              label={t("pick.width")}
              min={Math.min(LEAST_PX, most)}
              max={most}
              clampBehavior="blur"
              allowDecimal={false}
              value={width}
              onChange={(value) => setWidth(Number(value) || 0)}
            />
          ) : null}
          <Button type="submit">{t("pick.take")}</Button>
        </Group>
        {where === "mail" ? (
          <Text size="sm" c="dimmed">
            {t("pick.widthSays", { count: most })}
          </Text>
        ) : null}
      </Stack>
    </form>
  );
}
