"""What a compiled template of any channel is, and how it is written down."""

import msgspec

from kervan.content.compile import CompiledEmail
from kervan.content.texts.compile import CompiledText

Compiled = CompiledEmail | CompiledText
"""What a template version can be."""

_EMAIL, _TEXT = "email", "text"
encode = msgspec.json.Encoder(order="deterministic").encode


class _Head(msgspec.Struct):
    """The word that tells what a row is; those of e-mails are older than it."""

    kind: str = _EMAIL


def decode(raw: bytes) -> Compiled | None:
    """What `encode` wrote; None for what is no template, such as a choice among several."""
    kind = msgspec.json.decode(raw, type=_Head).kind
    if kind == _TEXT:
        return msgspec.json.decode(raw, type=CompiledText)
    return msgspec.json.decode(raw, type=CompiledEmail) if kind == _EMAIL else None
