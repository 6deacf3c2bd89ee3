// What a list of people may hold, before there is one: headings as the reader's country writes them.
import { Button, Group, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Column, DataTable, save } from "~/kit";

type Place = (typeof ROWS)[number]["place"];
type Row = (typeof ROWS)[number];

const ROWS = [
  { place: "customer_id", example: "10042" },
  { place: "email", example: "leyla@example.com" },
  { place: "phone", example: "+90 532 123 45 67" },
  { place: "card", example: "2990000012345" },
  { place: "firstName", example: "Leyla" },
  { place: "lastName", example: "Yıldız" },
  { place: "birthday", example: "1990-04-23" },
  { place: "city", example: "İzmir" },
  { place: "consentEmail", example: "yes" },
  { place: "consentSms", example: "no" },
  { place: "consentCall", example: "no" },
  { place: "consent_at", example: "2026-03-01 10:30" },
] as const;
const BYTE_ORDER_MARK = "\ufeff"; // without it a spreadsheet takes the letters of another country

export function Expected() {
  const { t } = useTranslation("start");
  const example = ({ example }: Row) =>
    example === "yes" || example === "no" ? t(`import.${example}`) : example;
  const head = (place: Place) => t(`import.heads.${place}`);
  const columns: Column<Row>[] = [
    { key: "head", head: t("import.heading"), cell: (one) => head(one.place) },
    { key: "place", head: t("import.place"), cell: (one) => t(`import.places.${one.place}`) },
    { key: "example", head: t("import.example"), cell: (one) => <bdi>{example(one)}</bdi>, wide: true },
  ];
  const keep = () => {
    const lines = [ROWS.map((one) => head(one.place)), ROWS.map(example)];
    const text = lines.map((one) => `${one.join(";")}\r\n`).join("");
    const file = new Blob([BYTE_ORDER_MARK, text], { type: "text/csv" });
    save(file, `${t("import.exampleFile")}.csv`);
  };
  return (
    <div>
      <Group justify="space-between" gap="xs" mb="xs">
        <Title order={2} fz="lg">
          {t("import.expected")}
        </Title>
        <Button size="xs" variant="default" onClick={keep}>
          {t("import.keepExample")}
        </Button>
      </Group>
      <Text c="dimmed" mb="xs">
        {t("import.expectedHelp")}
      </Text>
      <DataTable
        label={t("import.expected")}
        rows={[...ROWS]}
        columns={columns}
        rowKey={(one) => one.place}
      />
    </div>
  );
}
