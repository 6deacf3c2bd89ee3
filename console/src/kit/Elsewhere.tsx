// Somebody else saved the same meanwhile: whose work stands is asked, and nothing is written over.
import { Alert, Button, Group } from "@mantine/core";

interface Props {
  saving: { elsewhere: boolean; theirs: () => void; mine: () => unknown };
  title: string;
  theirs: string;
  mine: string;
  /** the space below it, where what follows stands in no stack */
  mb?: "sm";
}

export function Elsewhere({ saving, title, theirs, mine, mb }: Props) {
  if (!saving.elsewhere) return null;
  return (
    <Alert role="alert" variant="default" mb={mb} title={title}>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={saving.theirs}>
          {theirs}
        </Button>
        <Button size="xs" variant="default" onClick={() => void saving.mine()}>
          {mine}
        </Button>
      </Group>
    </Alert>
  );
}
