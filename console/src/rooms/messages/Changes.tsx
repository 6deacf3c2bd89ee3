// What differs between two versions of a message: each place, before and after.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useChannelName } from "./channels";
import { useFieldName } from "./Field";
import classes from "./messages.module.css";
import { changes, type Variants } from "./shape";

export function Changes({ before, after }: { before: Variants; after: Variants }) {
  const { t } = useTranslation("messages");
  const channelName = useChannelName();
  const fieldName = useFieldName();
  const found = changes(before, after);
  if (!found.length) {
    return (
      <Text size="sm" c="dimmed">
        {t("changes.none")}
      </Text>
    );
  }
  return (
    <ul className={classes.changes}>
      {found.map((one) => (
        <li key={`${one.channel}/${one.language}/${one.field}`}>
          <details>
            <summary>
              {[channelName(one.channel), t(`language.${one.language as "tr"}`), fieldName(one.field, one.channel)].join(" · ")}
              <span className="k-quiet">
                {" "}
                {t(!one.before ? "changes.added" : !one.after ? "changes.gone" : "changes.changed")}
              </span>
            </summary>
            {one.before ? <del dir="auto">{one.before}</del> : null}
            {one.after ? <ins dir="auto">{one.after}</ins> : null}
          </details>
        </li>
      ))}
    </ul>
  );
}
