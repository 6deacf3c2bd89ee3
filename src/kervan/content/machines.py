"""Tells opens and clicks made by machines from those made by people: pure, over columns.

A touch is a machine's when one of these holds; the numbers are in the code below.

1. The program says so: no user agent at all, a library's or a robot's name, or exactly
   "Mozilla/5.0", which is what Apple's Mail Privacy Protection sends for every mail it fetches
   ahead. Google's and Yahoo's image proxies fetch when a person opens: they are people's.
2. It is a HEAD request, or a GET by the same program for the same message within 2 s of one.
   Mail programs and browsers never ask like that.
3. It came less than 2 s after the hand-over: faster than a mail reaches a person's eyes.
4. It is a click in a burst: 3 different links of one message within 2 s, or both when it has two.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

OPEN = 0
HASTE_MS = 2_000
BURST_LINKS = 3
# How long to wait before judging, so that the rest of a burst is seen, and how far to look back.
WAIT_MS = HASTE_MS + 500
_PREFETCH = re.compile(r"Mozilla/5\.0\Z")
_ROBOT = re.compile(
    r"(?<!\bcu)bot\b|crawl|spider|scan|barracuda|mimecast|proofpoint|ironport|sophos|trendmicro"
    r"|fireeye|symantec|safelinks|urlcheck|linkcheck|preview|facebookexternalhit|slurp"
    r"|python|curl/|wget|libwww|perl|ruby|java/|go-http|node-fetch|axios|okhttp|httpclient"
    r"|headless|phantomjs|puppeteer|playwright|selenium",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Touches:
    """Columns of opens (`link` 0) and clicks, all of one length, in any order.

    `message` numbers the messages, equal where equal; `at_ms` and `handed_ms` are milliseconds
    UTC, `handed_ms` 0 where unknown; `head` tells HEAD from GET; `links` is how many links the
    message has.
    """

    message: NDArray[np.int64]
    link: NDArray[np.int32]
    at_ms: NDArray[np.int64]
    handed_ms: NDArray[np.int64]
    head: NDArray[np.bool_]
    agent: list[str]
    links: NDArray[np.int32]


def machine(touches: Touches) -> NDArray[np.bool_]:
    """Which touches a machine made; the answer does not depend on the order of the rows."""
    told = np.array([_told(agent) for agent in touches.agent], dtype=np.bool_)
    since = touches.at_ms - touches.handed_ms
    hasty = (touches.handed_ms > 0) & (since < HASTE_MS)
    return told | touches.head | hasty | _beside_head(touches) | _in_burst(touches)


def _told(agent: str) -> bool:
    return not agent.strip() or bool(_PREFETCH.match(agent) or _ROBOT.search(agent))


def _beside_head(touches: Touches) -> NDArray[np.bool_]:
    """Rows of the same message and program as a HEAD request within HASTE_MS."""
    marked = np.zeros(len(touches.agent), dtype=np.bool_)
    for row in np.flatnonzero(touches.head):
        near = touches.message == touches.message[row]
        near &= np.abs(touches.at_ms - touches.at_ms[row]) <= HASTE_MS
        for other in np.flatnonzero(near):
            marked[other] |= touches.agent[other] == touches.agent[row]
    return marked


def _in_burst(touches: Touches) -> NDArray[np.bool_]:
    """Clicks that lie in some window of HASTE_MS with enough different links of their message."""
    marked = np.zeros(len(touches.agent), dtype=np.bool_)
    clicks = np.flatnonzero(touches.link != OPEN)
    clicks = clicks[np.lexsort((touches.at_ms[clicks], touches.message[clicks]))]
    start = 0
    for end in range(len(clicks)):
        last = clicks[end]
        while (
            touches.message[clicks[start]] != touches.message[last]
            or touches.at_ms[last] - touches.at_ms[clicks[start]] > HASTE_MS
        ):
            start += 1
        window = clicks[start : end + 1]
        needed = min(BURST_LINKS, int(touches.links[last]))
        if needed >= 2 and len(np.unique(touches.link[window])) >= needed:
            marked[window] = True
    return marked
