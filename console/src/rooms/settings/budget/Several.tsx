// Several of a kind to choose; none chosen are all of them, which the field says below itself.
import { MultiSelect } from "@mantine/core";
import { fold } from "~/fmt";
import type { Option } from "./useNames";

interface Props {
  label: string;
  /** What no choice means. */
  none: string;
  value: string[];
  data: Option[];
  change: (value: string[]) => void;
  error?: string | undefined;
}

const LONG = 8;

export function Several({ label, none, value, data, change, error }: Props) {
  return (
    <MultiSelect
      label={label}
      description={none}
      value={value}
      data={data}
      onChange={change}
      error={error}
      searchable={data.length > LONG}
      filter={({ options, search }) =>
        options.filter((one) => "label" in one && fold(one.label).includes(fold(search)))
      }
    />
  );
}
