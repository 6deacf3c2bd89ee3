// How something stands: a dot and a word, never the colour alone.
import classes from "./settings.module.css";

interface Props {
  mood: "good" | "bad" | "quiet";
  word: string;
  /** A whole sentence, which may run over several lines. */
  long?: boolean;
}

export function State({ mood, word, long }: Props) {
  return (
    <span className={classes.state} data-mood={mood} data-long={long}>
      {word}
    </span>
  );
}
