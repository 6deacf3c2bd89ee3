// A button that fills in what the library knows of a picture: its address, and its words.
import { Button } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import type { Locale } from "~/fmt";
import type { Chosen, Where } from "./Picker";

const Picker = lazily(() => import("./Picker"));

interface Props {
  language: Locale;
  where: Where;
  take: (chosen: Chosen) => void;
  className?: string | undefined;
  /** What the picture is for, where several buttons say the same. */
  what?: string;
}

export function FromLibrary({ language, where, take, className, what }: Props) {
  const { t } = useTranslation("media");
  const [picking, setPicking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setPicking(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  return (
    <>
      <Button
        ref={button}
        size="xs"
        variant="default"
        leftSection={<IconPhoto size={15} aria-hidden />}
        className={className ?? ""}
        aria-label={what ? t("pick.openFor", { what }) : undefined}
        onClick={() => setPicking(true)}
      >
        {t("pick.open")}
      </Button>
      {picking ? (
        <Suspense>
          <Picker
            language={language}
            where={where}
            close={close}
            take={(chosen) => {
              take(chosen);
              close();
            }}
          />
        </Suspense>
      ) : null}
    </>
  );
}
