// The reader's own menu: appearance, shortcuts, account, the way out.
import { ActionIcon, Menu, type MantineColorScheme, useMantineColorScheme } from "@mantine/core";
import {
  IconCheck,
  IconDeviceDesktop,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSun,
  IconUser,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { signOut } from "./session";

const SCHEMES = [
  ["light", IconSun],
  ["dark", IconMoon],
  ["auto", IconDeviceDesktop],
] as const satisfies [MantineColorScheme, unknown][];

export function Account({ help }: { help: () => void }) {
  const { t } = useTranslation("shell");
  const me = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu width={230} position="bottom-end" keepMounted={false}>
      <Menu.Target>
        <ActionIcon
          variant="default"
          size={32}
          radius="xl"
          aria-label={t("account", { name: me.name })}
        >
          <IconUser size={17} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.name || me.workspace}</Menu.Label>
        {me.kind === "user" ? (
          <Menu.Item component="a" href="/account" leftSection={<IconUser size={16} aria-hidden />}>
            {t("myAccount")}
          </Menu.Item>
        ) : null}
        <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden />} onClick={help}>
          {t("shortcuts")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t("look")}</Menu.Label>
        {SCHEMES.map(([scheme, Icon]) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={colorScheme === scheme ? <IconCheck size={14} aria-hidden /> : null}
            aria-current={colorScheme === scheme}
            onClick={() => setColorScheme(scheme)}
          >
            {t(scheme)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={signOut}>
          {t("signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
