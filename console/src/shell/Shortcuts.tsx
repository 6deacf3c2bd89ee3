// The list of the keyboard's shortcuts.
import { Kbd, Modal, Table } from "@mantine/core";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { useRooms } from "./Navigation";
import { useMenuWord } from "./words";

export default function Shortcuts({ close }: { close: () => void }) {
  const { t } = useTranslation("shell");
  const word = useMenuWord();
  const rows: [string[], string, string][] = [
    [["/", "Ctrl K"], t("keys.or"), t("keys.palette")],
    [["?"], "", t("keys.help")],
    [["Esc"], "", t("keys.close")],
    ...useRooms().map((room): [string[], string, string] => [
      ["g", room.letter],
      t("keys.then"),
      t("keys.goto", { place: word(room) }),
    ]),
  ];
  return (
    <Modal
      opened
      onClose={close}
      title={t("keys.title")}
      closeButtonProps={{ "aria-label": t("keys.close") }}
    >
      <Table>
        <Table.Tbody>
          {rows.map(([keys, between, what]) => (
            <Table.Tr key={what}>
              <Table.Th scope="row" w={150}>
                {keys.map((key, at) => (
                  <Fragment key={key}>
                    {at ? ` ${between} ` : null}
                    <Kbd size="xs">{key}</Kbd>
                  </Fragment>
                ))}
              </Table.Th>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
