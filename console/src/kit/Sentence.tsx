// A rule or a state as one sentence, in which the facts stand out: "**3** people wait".
import { Fragment } from "react";
import classes from "./Sentence.module.css";

/** `text` may mark facts with two asterisks, as sentences of the server do. */
export function Sentence({ text }: { text: string }) {
  return (
    <p className={classes.sentence} dir="auto">
      {text.split("**").map((part, at) =>
        at % 2 ? <strong key={at}>{part}</strong> : <Fragment key={at}>{part}</Fragment>,
      )}
    </p>
  );
}
