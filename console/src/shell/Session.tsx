// Over the page: no connection, or a session that ended while somebody was working.
import { Alert, Button, Modal, Stack, Text } from "@mantine/core";
import { IconCloudOff } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { report, useReach } from "~/api/state";
import classes from "./Frame.module.css";
import { onSignedIn } from "./session";

const AGAIN = "/sign-in?to=/console/signed-in";

export function Session() {
  const { t } = useTranslation("shell");
  const reach = useReach();
  const queries = useQueryClient();
  useEffect(
    () =>
      onSignedIn(() => {
        report("online");
        void queries.invalidateQueries();
      }),
    [queries],
  );
  // What failed for want of a connection is asked again when there is one, not by the clock.
  useEffect(() => {
    const again = () =>
      void queries.refetchQueries({ predicate: (one) => one.state.status === "error", type: "active" });
    if (reach === "online") again();
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, [reach, queries]);
  return (
    <>
      {reach === "offline" ? (
        <Alert
          role="alert"
          variant="default"
          radius={0}
          py="xs"
          icon={<IconCloudOff aria-hidden />}
          className={classes.cut}
        >
          {t("offline")}
        </Alert>
      ) : null}
      <Modal
        opened={reach === "signed-out"}
        onClose={() => undefined}
        withCloseButton={false}
        closeOnClickOutside={false}
        closeOnEscape={false}
        title={t("signedOut.title")}
      >
        <Stack gap="md">
          <Text>{t("signedOut.help")}</Text>
          <Button component="a" href={AGAIN} target="_blank" rel="opener">
            {t("signedOut.button")}
          </Button>
        </Stack>
      </Modal>
    </>
  );
}
