"""The basket a journey follows: lines come, change and go."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kervan.journeys import basket

CUP = {"sku": "c1", "name": "Cup", "price": 4.5, "currency": "AZN", "url": "https://x.example/c1"}


def after(*events: tuple[str, dict[str, Any]]) -> basket.Basket:
    state = basket.empty()
    for name, properties in events:
        state = basket.reduce(state, name, properties)
    return state


def test_the_same_product_added_again_is_one_line() -> None:
    state = after(("Product Added", CUP), ("Product Added", {**CUP, "quantity": 2}))
    assert [(line["name"], line["quantity"], line["total"]) for line in state["lines"]] == [
        ("Cup", 3, 13.5)
    ]
    assert state["currency"] == "AZN"


def test_removing_some_leaves_the_rest_and_removing_without_a_number_takes_the_line() -> None:
    two = ("Product Added", {**CUP, "quantity": 2})
    assert after(two, ("Product Removed", {**CUP, "quantity": 1}))["lines"][0]["quantity"] == 1
    assert after(two, ("Product Removed", CUP))["lines"] == []


def test_the_basket_as_seen_replaces_what_was_known_and_an_order_empties_it() -> None:
    seen = ("Cart Viewed", {"products": [CUP, "junk"], "cart_url": "https://x.example/cart"})
    state = after(("Product Added", {"name": "Old"}), seen)
    assert [line["name"] for line in state["lines"]] == ["Cup"]
    assert state["url"] == "https://x.example/cart"
    assert after(seen, ("Order Completed", {}))["lines"] == []


def test_only_web_addresses_become_links() -> None:
    state = after(("Product Added", {**CUP, "url": "javascript:alert(1)"}))
    assert state["lines"][0]["url"] == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "price", "quantity", "sku"]), inner, max_size=3)
    ),
    max_leaves=8,
)
EVENT = st.tuples(
    st.sampled_from(sorted(basket.NAMES)),
    st.dictionaries(
        st.sampled_from(["name", "price", "quantity", "products", "url", "currency"]),
        JSON,
        max_size=5,
    ),
)


@given(st.lists(EVENT, max_size=8))
def test_properties_of_any_shape_do_no_harm(events: list[tuple[str, dict[str, Any]]]) -> None:
    state = after(*events)
    assert all(line["quantity"] > 0 for line in state["lines"])
    assert len(state["lines"]) <= basket.LIMIT_LINES
