"""What the messages of a template have in common: what a copy is compressed against."""

from functools import lru_cache

import msgspec

from kervan.content.compile import CompiledEmail
from kervan.content.texts.compile import CompiledText


@lru_cache(maxsize=256)
def frame(template: CompiledEmail | CompiledText) -> bytes:
    """The texts of a compiled template; nothing of any reader is in them."""
    if isinstance(template, CompiledText):
        return msgspec.json.encode(template.variants)
    return msgspec.json.encode((template.subject, template.html, template.text))
