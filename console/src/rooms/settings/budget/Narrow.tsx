// Further fields of a row that say of which messages it is; shut while they say nothing.
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import own from "./budget.module.css";

interface Props {
  /** Something is said there. */
  used: boolean;
  /** Which row it is of, for who cannot see where it stands. */
  of: string;
  children: ReactNode;
}

export function Narrow({ used, of, children }: Props) {
  const { t } = useTranslation("settings");
  const [open, setOpen] = useState(used);
  return (
    <details
      className={own.narrow}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        {t("budget.narrow")} <span className="k-hidden">{of}</span>
      </summary>
      {open ? <div className={own.fields}>{children}</div> : null}
    </details>
  );
}
