// A number that opens the people behind it, for those who may see them.
import { Anchor } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { useFmt } from "~/kit";

interface Props {
  count: number;
  /** What it is of, for who hears the button alone. */
  label: string;
  open: () => void;
}

export function Number({ count, label, open }: Props) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const may = useMay("people.read");
  if (!count || !may) return <>{fmt.number(count)}</>;
  return (
    <Anchor
      component="button"
      type="button"
      fz="inherit"
      aria-label={t("behind.open", { count, label })}
      onClick={open}
    >
      {fmt.number(count)}
    </Anchor>
  );
}
