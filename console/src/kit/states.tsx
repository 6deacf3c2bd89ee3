// The states that every page has besides its own: empty, failed, no right, stale, loading.
import { Alert, Button, Center, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCloudOff, IconLock } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/client";
import { useReach } from "~/api/state";
import { isTurning } from "~/api/turned";

interface EmptyProps {
  title: string;
  /** What to do to see something here. */
  children?: ReactNode;
  action?: ReactNode;
  icon?: ReactNode;
}

export function Empty({ title, children, action, icon }: EmptyProps) {
  return (
    <Center py={56} px="md" className="k-card">
      <Stack align="center" gap="xs" maw={460} ta="center">
        {icon}
        <Title order={2} fz="lg">
          {title}
        </Title>
        {children ? (
          <Text component="div" size="md" c="dimmed">
            {children}
          </Text>
        ) : null}
        {action}
      </Stack>
    </Center>
  );
}

/** What failed, by the server's own sentence, its code, and the way to try again. */
export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  const { t } = useTranslation("kit");
  const problem = error instanceof Problem ? error : new Problem(0, "console.failed", "");
  if (problem.status === 403) return <NoRight says={problem.message} />;
  if (problem.code === "offline") return <Cut again={again} />;
  return (
    <Alert
      role="alert"
      variant="default"
      icon={<IconAlertTriangle aria-hidden />}
      title={t("failed.title")}
    >
      <Stack gap="xs" align="flex-start">
        <Text>{problem.message || t("failed.unknown")}</Text>
        <Text size="xs" c="dimmed">
          {t("failed.code", { code: problem.code })}
        </Text>
        {again ? (
          <Button size="xs" variant="default" onClick={again}>
            {t("failed.again")}
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}

/** No answer came: the frame says so, once and for all; here stands only what waits for it. */
function Cut({ again }: { again: (() => void) | undefined }) {
  const { t } = useTranslation("kit");
  const isBack = useReach() === "online";
  return (
    <Group gap="xs" my={4}>
      <IconCloudOff size={16} aria-hidden />
      <Text>{t(again ? "failed.notRead" : isBack ? "failed.notDone" : "failed.waits")}</Text>
      {again ? (
        <Button size="compact-xs" variant="default" onClick={again}>
          {t("failed.again")}
        </Button>
      ) : null}
    </Group>
  );
}

export function NoRight({ says }: { says?: string }) {
  const { t } = useTranslation("kit");
  return (
    <Empty title={t("noRight.title")} icon={<IconLock size={28} stroke={1.5} aria-hidden />}>
      {says || t("noRight.help")}
    </Empty>
  );
}

interface AskedProps<T> {
  of: UseQueryResult<T>;
  /** What stands in its place while nothing has arrived; grey lines if nothing is given. */
  loading?: ReactNode;
  empty?: ReactNode;
  isEmpty?: (data: T) => boolean;
  children: (data: T) => ReactNode;
}

/** Shows what was asked for in each of its states. */
export function Asked<T>({ of, loading, empty, isEmpty, children }: AskedProps<T>) {
  const reach = useReach();
  const { t } = useTranslation("kit");
  if (of.data !== undefined) {
    const nothing = isEmpty?.(of.data) ?? (Array.isArray(of.data) && !of.data.length);
    return (
      // Sentences of two languages are not shown beside each other; what is typed here stays as it is.
      <div className="k-turning" aria-busy={isTurning(of) || undefined}>
        {/* That what is shown is from before, the frame says while there is no connection. */}
        {of.isError && reach === "online" ? (
          <Failed error={of.error} again={() => void of.refetch()} />
        ) : null}
        {empty && nothing ? empty : children(of.data)}
      </div>
    );
  }
  if (of.isError) return <Failed error={of.error} again={() => void of.refetch()} />;
  return (
    <div role="status" aria-busy="true">
      <span className="k-hidden">{t("loading")}</span>
      {loading ?? <Lines />}
    </div>
  );
}

function Lines() {
  return (
    <Stack gap="xs" aria-hidden>
      {[70, 95, 82, 60].map((width) => (
        <Skeleton key={width} height={18} width={`${width}%`} />
      ))}
    </Stack>
  );
}
