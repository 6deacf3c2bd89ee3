// Which roles somebody has.
import { Checkbox, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ROLES } from "./api";

interface Props {
  roles: string[];
  change: (roles: string[]) => void;
}

export function Roles({ roles, change }: Props) {
  const { t } = useTranslation("settings");
  return (
    <Checkbox.Group
      label={t("users.roles")}
      description={t("users.rolesHelp")}
      value={roles}
      onChange={change}
    >
      <Stack gap={6} mt="xs">
        {ROLES.map((role) => (
          <Checkbox key={role} value={role} label={t(`roles.${role}`)} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
