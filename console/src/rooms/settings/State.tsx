// How something stands: a dot and a word, never the colour alone.
import classes from "./settings.module.css";

export function State({ mood, word }: { mood: "good" | "bad" | "quiet"; word: string }) {
  return (
    <span className={classes.state} data-mood={mood}>
      {word}
    </span>
  );
}
