// One condition: a form where one shows all of it, and its sentence with its text where none does.
import { JsonInput, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { previewQuery } from "./api";
import { Faults, Remove } from "./Builder";
import { EventForm } from "./events";
import { FactForm, MemberForm, ReachForm, ShareForm, TraitForm } from "./forms";
import { Grip } from "./Grip";
import { ConsentForm, JourneyForm, MessagesForm } from "./messages";
import classes from "./segments.module.css";
import { SequenceForm } from "./sequence";
import { type Fault, type Form, formOf, type Node, UNREAD } from "./tree";

interface Props {
  node: Node;
  path: string;
  /** Its place among `of` parts of its group, from one. */
  place: number;
  of: number;
  faults: Fault[];
  change: (node: Node) => void;
  remove: () => void;
}

const FORMS: Record<Exclude<Form, "json">, typeof TraitForm> = {
  trait: TraitForm,
  fact: FactForm,
  event: EventForm,
  sequence: SequenceForm,
  messages: MessagesForm,
  journey: JourneyForm,
  reach: ReachForm,
  consent: ConsentForm,
  member: MemberForm,
  share: ShareForm,
};

export function Leaf({ node, path, place, of, faults, change, remove }: Props) {
  const { t } = useTranslation("segments");
  const form = formOf(node);
  const what = t(`leaf.${wordOf(node, form)}`);
  const Fields = form === "json" ? undefined : FORMS[form];
  return (
    <div
      className={`k-card ${classes.leaf}`}
      data-wrong={faults.length > 0}
      role="group"
      aria-label={what}
    >
      <div className={classes.row}>
        <span className={classes.what}>{what}</span>
        {Fields ? <Fields node={node} change={change} /> : null}
        <Grip what={what} path={path} place={place} of={of} />
        <Remove label={t("leaf.remove", { what })} act={remove} />
      </div>
      {Fields ? null : <AsText node={node} change={change} wrong={faults.length > 0} />}
      {node.kind === UNREAD ? null : <Faults of={faults} />}
    </div>
  );
}

function wordOf(node: Node, form: Form) {
  if (form === "json") return "other";
  if (form === "fact" && String(node.fact).startsWith("rfm")) return "rfm";
  const isMoney = form === "event" && (node.measure as Node | undefined)?.kind === "money";
  return isMoney ? "money" : form;
}

function AsText({ node, change, wrong }: Pick<Props, "node" | "change"> & { wrong: boolean }) {
  const { t, i18n } = useTranslation("segments");
  const given = written(node);
  const [text, setText] = useState(given);
  const own = useRef(given);
  useEffect(() => {
    // Somebody else changed it: another version was taken, or the draft was dropped.
    if (given !== own.current) setText(given);
    own.current = given;
  }, [given]);
  const isText = node.kind === UNREAD;
  const said = useQuery({
    ...previewQuery(JSON.stringify({ tree: node }), i18n.language, 0),
    enabled: !isText && !wrong,
  });
  const write = (next: string) => {
    setText(next);
    const found = read(next) ?? { kind: UNREAD, text: next };
    own.current = written(found);
    change(found);
  };
  return (
    <>
      {said.data ? (
        <Text size="sm" dir="auto" mt={4}>
          {said.data.sentence}
        </Text>
      ) : null}
      <JsonInput
        aria-label={t("json.label")}
        description={t("json.help")}
        error={isText ? t("json.unread") : undefined}
        value={text}
        autosize
        minRows={2}
        maxRows={14}
        mt={4}
        spellCheck={false}
        onChange={write}
      />
    </>
  );
}

function written(node: Node): string {
  return node.kind === UNREAD ? String(node.text) : JSON.stringify(node, null, 2);
}

function read(text: string): Node | undefined {
  try {
    const found = JSON.parse(text) as Node | null;
    if (found && typeof found === "object" && typeof found.kind === "string") return found;
  } catch {
    // Not JSON yet; the text itself is kept.
  }
  return undefined;
}
