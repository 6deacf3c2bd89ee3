// The rule as nested groups: each on a rail that says how its conditions hang together.
import { ActionIcon, Button, Group as Row, Menu, SegmentedControl, Text } from "@mantine/core";
import { IconFolderPlus, IconPlus, IconX } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { Grip, HandsContext } from "./Grip";
import { Leaf } from "./Leaf";
import classes from "./segments.module.css";
import {
  asGroup, type Blank, BLANKS, type Fault, faultsIn, faultsOf, type Group, type GroupKind, GROUPS,
  isGroup, type Node,
} from "./tree"; // prettier-ignore
import { useHands } from "./useHands";

interface Props {
  tree: Node;
  faults: Fault[];
  change: (tree: Node) => void;
}

export function Builder({ tree, faults, change }: Props) {
  const { group, drawn } = asGroup(tree);
  const placed = drawn ? faults.map((one) => ({ ...one, path: `/of/0${one.path}` })) : faults;
  // A group that was only drawn around one condition is not made a part of the rule.
  const keep = (next: Group) => {
    const only = next.of[0];
    change(drawn && next.kind === "all" && next.of.length === 1 && only ? only : next);
  };
  const box = useRef<HTMLDivElement>(null);
  const hands = useHands(group, keep, box);
  return (
    <HandsContext value={hands}>
      <div ref={box}>
        <GroupBox node={group} path="" faults={placed} change={keep} />
      </div>
    </HandsContext>
  );
}

interface BoxProps {
  node: Group;
  path: string;
  faults: Fault[];
  change: (node: Group) => void;
  /** Its place among `of` parts of the group it is in, from one. */
  place?: number;
  of?: number;
  remove?: () => void;
}

function GroupBox({ node, path, faults, change, place = 1, of = 1, remove }: BoxProps) {
  const { t } = useTranslation("segments");
  const put = (at: number, next: Node) => change({ ...node, of: node.of.with(at, next) });
  const drop = (at: number) => change({ ...node, of: node.of.filter((_, other) => other !== at) });
  const add = (next: Node) => change({ ...node, of: [...node.of, next] });
  return (
    <div
      className={`k-card ${classes.group}`}
      data-kind={node.kind}
      role="group"
      aria-label={t(`group.${node.kind}Says`)}
    >
      <Row gap="xs" pr={60}>
        <Text size="sm" c="dimmed">
          {t("group.of")}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={t("group.how")}
          value={node.kind}
          onChange={(kind) => change({ ...node, kind: kind as GroupKind })}
          data={GROUPS.map((one) => ({ value: one, label: t(`group.${one}`) }))}
        />
        {remove ? (
          <>
            <Grip what={t("group.add")} path={path} place={place} of={of} isGroup />
            <Remove label={t("group.remove")} act={remove} />
          </>
        ) : null}
      </Row>
      <Faults of={faultsOf(faults, path)} />
      {node.of.length ? (
        <ul className={classes.rail}>
          {node.of.map((one, at) => {
            const here = `${path}/of/${at}`;
            const told = { path: here, place: at + 1, of: node.of.length };
            return (
              <li key={at}>
                {at ? (
                  <span className={classes.word} aria-hidden>
                    {t(`group.${node.kind}`)}
                  </span>
                ) : null}
                {isGroup(one) ? (
                  <GroupBox
                    node={one}
                    {...told}
                    faults={faultsIn(faults, here)}
                    change={(next) => put(at, next)}
                    remove={() => drop(at)}
                  />
                ) : (
                  <Leaf
                    node={one}
                    {...told}
                    faults={faultsIn(faults, here)}
                    change={(next) => put(at, next)}
                    remove={() => drop(at)}
                  />
                )}
              </li>
            );
          })}
        </ul>
      ) : (
        <Text size="sm" c="dimmed" my="xs">
          {t(`group.${node.kind}Empty`)}
        </Text>
      )}
      <Row gap="xs">
        <Adding add={add} />
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconFolderPlus size={15} aria-hidden />}
          onClick={() => add({ kind: node.kind === "any" ? "all" : "any", of: [] })}
        >
          {t("group.add")}
        </Button>
      </Row>
    </div>
  );
}

function Adding({ add }: { add: (node: Node) => void }) {
  const { t } = useTranslation("segments");
  const { currency } = useMe();
  const blank = (one: Blank): Node =>
    one === "money" && currency
      ? { ...BLANKS.money, measure: { kind: "money", currency } }
      : structuredClone(BLANKS[one]);
  return (
    <Menu position="bottom-start" shadow="sm">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={15} aria-hidden />}
        >
          {t("leaf.add")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(BLANKS) as Blank[]).map((one) => (
          <Menu.Item key={one} onClick={() => add(blank(one))}>
            {t(`leaf.${one}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function Remove({ label, act }: { label: string; act: () => void }) {
  return (
    <ActionIcon
      className={classes.close}
      variant="subtle"
      color="gray"
      aria-label={label}
      onClick={act}
    >
      <IconX size={15} aria-hidden />
    </ActionIcon>
  );
}

export function Faults({ of }: { of: Fault[] }) {
  if (!of.length) return null;
  return (
    <div role="status">
      {of.map((one) => (
        <Text key={`${one.path} ${one.message}`} size="sm" className={classes.fault} mt={4}>
          {one.message}
        </Text>
      ))}
    </div>
  );
}
