"""Writes a refusal down for every channel it covers, by the law of its place."""

from dataclasses import replace
from datetime import datetime

from kervan.consent import ledger, packs, suppress
from kervan.consent.channels import KIND_OF
from kervan.consent.ledger import Change
from kervan.consent.packs import Pack
from kervan.kernel import ids
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection


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
    changes = spread(replace(said, status="withdrawn"))
    places = ledger.record(conn, vault, changes, at)
    if everything:
        for one in changes:
            if one.contact and one.contact_kind != "person":
                suppress.add(conn, [one.contact], one.channel, "stop", at)
    return places
