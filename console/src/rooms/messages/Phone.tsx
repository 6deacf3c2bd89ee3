// What is no mail, as a phone shows it: bubbles, notices; what an SMS costs in each way of writing.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { useFmt } from "~/kit";
import { useFieldName } from "./Field";
import type { Shown } from "./api";
import classes from "./preview.module.css";

const BUBBLES = ["sms", "whatsapp", "telegram", "instagram", "messenger"];
const NOTICES = ["push", "web_push", "inbox"];

export function Phone({ shown, name }: { shown: Shown; name: string }) {
  const { fields, channel } = shown;
  const me = useMe();
  if (BUBBLES.includes(channel)) return <Bubble fields={fields} channel={channel} />;
  if (NOTICES.includes(channel)) {
    return (
      <div className={classes.phone}>
        <div className={classes.notice} dir="auto">
          <span className={classes.app}>{me.workspace || name}</span>
          {fields.title ? <strong>{fields.title}</strong> : null}
          {fields.body ? <span className={classes.words}>{fields.body}</span> : null}
          {fields.image ? <Picture url={fields.image} /> : null}
        </div>
      </div>
    );
  }
  return <Plain fields={fields} />;
}

const OURS = /\/m\/[\w-]{24}\/\d+\.(?:png|jpg|gif)$/;

/** One of the library is shown; of another only the address, as nothing is fetched from elsewhere. */
function Picture({ url }: { url: string }) {
  const ours = OURS.exec(url)?.[0];
  if (ours) return <img className={classes.picture} src={ours} alt="" />;
  return <span className={classes.address}>{url}</span>;
}

function Bubble({ fields, channel }: { fields: Shown["fields"]; channel: string }) {
  const { t } = useTranslation("messages");
  const isOurs = channel === "telegram";
  const buttons = Object.keys(fields).filter((one) => isOurs && one.startsWith("button_"));
  return (
    <div className={classes.phone} data-channel={channel}>
      <div className={classes.bubble} dir="auto">
        {fields.header_media_url ? <Picture url={fields.header_media_url} /> : null}
        {fields.text ? (
          <span className={classes.words}>{fields.text}</span>
        ) : (
          <span className={classes.words}>
            {t("phone.template", { template: fields.template ?? "" })}
          </span>
        )}
      </div>
      {buttons.map((one) => (
        <div key={one} className={classes.tap} dir="auto">
          {(fields[one] ?? "").split("|")[0]}
        </div>
      ))}
      {fields.text ? null : <Plain fields={fields} />}
    </div>
  );
}

/** What staff or machines read: each field under its name. */
function Plain({ fields }: { fields: Shown["fields"] }) {
  const fieldName = useFieldName();
  return (
    <dl className={classes.facts}>
      {Object.entries(fields).map(([name, text]) => (
        <div key={name}>
          <dt>{fieldName(name)}</dt>
          <dd dir="auto">{text}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Only for routes that ask for it: it makes no text shorter. */
const RARE = "turkish_both";

/** In how many parts an SMS goes in each way of writing, and the letters it would lose. */
export function Costs({ shown }: { shown: Shown }) {
  const { t } = useTranslation("messages");
  const fmt = useFmt();
  const costs = shown.costs.filter((one) => one.mode !== RARE);
  return (
    <>
      <table className={classes.costs}>
        <caption>{t("sms.caption")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("sms.mode")}</th>
            <th scope="col">{t("sms.parts")}</th>
            <th scope="col">{t("sms.left")}</th>
          </tr>
        </thead>
        <tbody>
          {costs.map((one) => (
            <tr key={one.mode}>
              <th scope="row">{t(`sms.${one.mode as "gsm"}`)}</th>
              {one.unsendable.length ? (
                <td colSpan={2}>{t("sms.unsendable", { letters: one.unsendable.join(" ") })}</td>
              ) : (
                <>
                  <td>{fmt.number(one.parts)}</td>
                  <td>{fmt.number(one.left)}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <Text size="xs" c="dimmed">
        {t("sms.says")}
      </Text>
    </>
  );
}
