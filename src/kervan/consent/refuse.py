"""Writes a refusal down for every channel it covers, by the law of its place."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from kervan.consent import ledger, packs, suppress
from kervan.consent.channels import KIND_OF
from kervan.consent.ledger import Change
from kervan.consent.packs import Pack
from kervan.kernel import ids
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection


class Refusal(NamedTuple):
    """What was refused, and whether nothing at all may go to its address any more."""

    said: Change
    everything: bool = False


def covered(pack: Pack | None, channel: str) -> list[str]:
    """The channels that a refusal on `channel` ends, itself first, by a jurisdiction's pack.

    A pack says it in `refusal.covers`: {channel: [channels]}; without a word it is that channel.
    """
    also = (pack.value("refusal.covers", {}) if pack else {}).get(channel, [])
    return [channel, *(one for one in also if one != channel)]


def spread(said: Change, pack: Pack | None = None) -> list[Change]:
    """The refusal `said` with one more for each other channel it covers, in ledger terms.

    A word on a topic or on another purpose than marketing covers itself only. `pack` is that of
    its jurisdiction unless another one is given.
    """
    changes = [said]
    if said.topic or said.purpose != "marketing":
        return changes
    for channel in covered(pack or packs.pack(said.jurisdiction), said.channel)[1:]:
        one = replace(said, channel=channel, key=ids.hash16(said.key, channel.encode()))
        if KIND_OF.get(channel) != (said.contact_kind or KIND_OF.get(said.channel)):
            # Another kind of address: hers, as the profile knows it.
            one.contact, one.contact_kind, one.sealed = b"", "", None
        if one.contact or one.person:
            changes.append(one)
    return changes


def refuse(
    conn: Connection, vault: WorkspaceVault, said: Change, at: datetime, *, everything: bool = False
) -> list[int]:
    """Record the refusal `said` on all channels it covers; gives their places in the ledger.

    Its status is set here; its `key` makes all of it count once. `everything` also suppresses the
    address: nothing goes there any more on these channels, not even what needs no consent. Raises
    what ledger.record raises.
    """
    return refuse_all(conn, vault, [Refusal(said, everything)], at)


def refuse_all(
    conn: Connection, vault: WorkspaceVault, refusals: Sequence[Refusal], at: datetime
) -> list[int]:
    """Record many refusals as `refuse` does each; the chain's end is taken once."""
    changes: list[Change] = []
    ended: list[Change] = []
    for said, everything in refusals:
        covers = spread(replace(said, status="withdrawn"))
        changes += covers
        ended += covers if everything else []
    places = ledger.record(conn, vault, changes, at)
    stopped: dict[str, list[bytes]] = {}
    for one in ended:  # the ledger has named the address of those that came without
        if one.contact and one.contact_kind != "person":
            stopped.setdefault(one.channel, []).append(one.contact)
    for channel, contacts in stopped.items():
        suppress.add(conn, [*dict.fromkeys(contacts)], channel, "stop", at)
    return places
