"""What journeys carry along lies sealed in PostgreSQL, is itself again, and fits its place only."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.journeys import disclose
from kervan.journeys.seal import CONTEXT, SIGNAL, Seal
from kervan.kernel import crypto
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.journeys.shop import VAULT, Shop
from tests.unit.journeys.test_run import BASKET

_SEAL = Seal(VAULT)


@given(st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=200)), max_size=20))
def test_each_text_is_itself_again_in_its_place_only(pairs: list[tuple[bytes, bytes]]) -> None:
    sealed = _SEAL.many(SIGNAL, pairs)
    assert [_SEAL.open(SIGNAL, whose, one) for (whose, _), one in zip(pairs, sealed, strict=True)] \
        == [text for _, text in pairs]  # fmt: skip
    names, texts = [whose for whose, _ in pairs], [text for _, text in pairs]
    assert _SEAL.open_many(SIGNAL, names, sealed) == texts
    assert _SEAL.open_many(SIGNAL, [*names, b"1"], [*sealed, b"{}"]) == [*texts, b"{}"]
    if len(set(names)) > 1:
        with pytest.raises(KervanError):
            _SEAL.open_many(SIGNAL, names[1:] + names[:1], sealed)
    stranger = Seal(crypto.Vault(bytes(32)).workspace("other"))
    for (whose, _), one in zip(pairs, sealed, strict=True):
        for seal, place, who in ((_SEAL, CONTEXT, whose), (_SEAL, SIGNAL, whose + b"x"),
                                 (stranger, SIGNAL, whose)):  # fmt: skip
            with pytest.raises(KervanError):
                seal.open(place, who, one)


def test_what_was_not_sealed_is_read_as_it_is() -> None:
    assert _SEAL.open(SIGNAL, b"1", b'{"a": 1}') == b'{"a": 1}'
    assert _SEAL.open(SIGNAL, b"1", b"") == b""
    with pytest.raises(KervanError):
        _SEAL.open(SIGNAL, b"1", b"\x01")


def test_neither_signals_nor_contexts_lie_in_the_clear(postgres: Connection) -> None:
    shop = Shop(postgres)
    shop.people([1])
    shop.publish(BASKET)
    shop.happen((0, 1, "Product Added", {"sku": "c", "name": "Kırmızı", "price": 4}))
    rows = postgres.execute("select event_id, properties from journey_signal").fetchall()
    ((event, properties),) = [(bytes(one), bytes(text)) for one, text in rows]
    assert "Kırmızı".encode() not in properties and b"price" not in properties
    assert msgspec.json.decode(_SEAL.open(SIGNAL, event, properties))["name"] == "Kırmızı"
    shop.work(10)
    ((run, context),) = postgres.execute("select run, context from journey_context").fetchall()
    assert "Kırmızı".encode() not in bytes(context)
    carried = msgspec.json.decode(_SEAL.open(CONTEXT, b"%d" % run, bytes(context)))
    assert carried["event"]["name"] == "Kırmızı"
    (mine,) = disclose.disclose(postgres, VAULT, [1])
    assert mine["context"] == carried, "she is told what was carried"
    shop.work_all(7_200_000)
    assert shop.messages()[0][4]["event"]["name"] == "Kırmızı"
