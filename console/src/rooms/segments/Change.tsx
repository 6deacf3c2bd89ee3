// By how many something grew or shrank: its sign says it, the colour only repeats it.
import { useFmt } from "~/kit";
import classes from "./segments.module.css";

export function Change({ by }: { by: number | null | undefined }) {
  const fmt = useFmt();
  if (by === null || by === undefined) return <span className="k-quiet">–</span>;
  const sign = by > 0 ? "+" : by < 0 ? "−" : "";
  const way = by > 0 ? "up" : by < 0 ? "down" : "same";
  return (
    <span className={`k-num ${classes.change}`} data-way={way}>
      {sign + fmt.number(Math.abs(by))}
    </span>
  );
}
