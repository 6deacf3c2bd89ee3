"""Finds the write key of a request, in the order in which the SDKs mean it."""

import base64
import binascii


def from_basic(authorization: str) -> str | None:
    """The user name of HTTP Basic credentials (RFC 7617): Segment's and RudderStack's place."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(rest.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return text.partition(":")[0].strip() or None


def from_bearer(authorization: str) -> str | None:
    """The token of Bearer credentials (RFC 6750): PostHog's newer place."""
    scheme, _, rest = authorization.partition(" ")
    return rest.strip() or None if scheme.lower() == "bearer" else None


def from_headers(authorization: str, x_write_key: str) -> str | None:
    """The key in the headers: Basic first, then `X-Write-Key: key[:secret]`."""
    return from_basic(authorization) or x_write_key.partition(":")[0].strip() or None


def find(
    authorization: str, x_write_key: str, body_key: str | None, query_key: str | None
) -> str | None:
    """The write key, or None: Basic, X-Write-Key, body, query, Bearer."""
    return (
        from_headers(authorization, x_write_key)
        or body_key
        or query_key
        or from_bearer(authorization)
    )
