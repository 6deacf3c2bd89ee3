"""A segment of every form of condition; and a segment that asks for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan, track

TREE: dict[str, Any] = {
    "kind": "all",
    "of": [
        {
            "kind": "event",
            "events": ["Scarf Viewed"],
            "window": {"kind": "last", "span": {"amount": 90}},
            "test": {"kind": "number", "op": "gte", "value": 1},
        },
        {
            "kind": "any",
            "of": [
                {
                    "kind": "trait",
                    "trait": "city",
                    "test": {"kind": "text", "op": "in", "values": ["Ankara", "Bakı"]},
                },
                {"kind": "fact", "fact": "country", "test": {"kind": "unknown"}},
                {"kind": "consent", "channel": "email"},
                {"kind": "reach", "channel": "sms"},
                {
                    "kind": "none",
                    "of": [
                        {"kind": "messages", "what": "clicked", "channel": "email"},
                        {
                            "kind": "fact",
                            "fact": "rfm_group",
                            "test": {"kind": "text", "op": "in", "values": ["at_risk", "lost"]},
                        },
                        {
                            "kind": "event",
                            "events": ["Order Completed"],
                            "lines": [
                                {
                                    "property": "category",
                                    "test": {"kind": "text", "op": "eq", "values": ["Palto"]},
                                }
                            ],
                            "window": {"kind": "since", "events": ["Signed Up"]},
                            "clock": {"weekdays": [6, 7], "from_hour": 22, "to_hour": 4},
                            "once": True,
                            "measure": {"kind": "money", "currency": "TRY"},
                            "test": {
                                "kind": "number",
                                "op": "between",
                                "value": 1000,
                                "high": 5000,
                            },
                        },
                        {
                            "kind": "sequence",
                            "stages": [
                                {"events": ["Product Viewed"]},
                                {
                                    "events": ["Product Added"],
                                    "within": {"amount": 2, "unit": "hour"},
                                },
                            ],
                            "then_not": {"events": ["Order Completed"], "within": {"amount": 1}},
                            "window": {"kind": "calendar", "unit": "month"},
                        },
                    ],
                },
            ],
        },
    ],
}


_BUYERS = 12


def prepare(kervan: Kervan) -> dict[str, str]:
    """The address of a segment that two people are in; a dozen buyers have scores."""
    kervan.send(*(track("Scarf Viewed", f"segment-{one}") for one in range(2)))
    now = datetime.now(UTC)
    kervan.send(
        *(
            track(
                "Order Completed",
                f"segment-{buyer}",
                timestamp=(now - timedelta(days=7 * buyer + order)).isoformat(),
                properties={
                    "order_id": f"S{buyer}-{order}",
                    "total": 90 * buyer,
                    "currency": "TRY",
                },
            )
            for buyer in range(1, _BUYERS + 1)
            for order in range(1 + buyer % 4)
        )
    )
    for key, name, tree in (
        ("console-coats", "Paltoya bakanlar", TREE),
        ("console-inner", "İçindekiler", {"kind": "member", "segment": "console-coats"}),
    ):
        kervan.api("POST", "/v1/segments", {"key": key, "name": name, "tree": tree})
    until(
        lambda: any(one["count"] for one in kervan.get("/v1/rfm")["cells"]),
        lambda: kervan.log[-2000:],
        PATIENCE_SECONDS,  # scores are counted by the way, when nothing else is to do
    )
    return {"/segments/$segment": "/segments/console-coats"}
