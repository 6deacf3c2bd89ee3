"""A Turkish customer's consent reaches İYS by itself, and her refusal there reaches us."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sdk.door import until
from tests.simulators.iys.registry import Registry
from tests.simulators.iys.server import Simulator
from tests.story.running import Kervan, track

PHONE = "+905337654321"
# No pauses between calls: the words of other stories may have to go first.
_ACCOUNT = """
provider = "iys"
base_url = "{url}"
allow_private = true
iys_code = 100
brand_code = 200
username = "api"
password = "geheim"
[facts]
"values.poll_seconds" = 0
"values.check_gap_seconds" = 0
"values.batch_gap_seconds" = 0
"values.single_gap_seconds" = 0
"""


@pytest.fixture
def iys(kervan: Kervan, tmp_path: Path) -> Iterator[Simulator]:
    """The registry, connected for this story only: others' messages must not wait for it."""
    with Simulator(Registry()) as simulator:
        path = tmp_path / "iys.toml"
        path.write_text(_ACCOUNT.format(url=simulator.url))
        done = kervan.cli("registry", "set", str(path))
        assert done.returncode == 0, done.stderr
        yield simulator
        assert kervan.cli("registry", "off").returncode == 0


@pytest.mark.usefixtures("healthy")
def test_a_consent_goes_there_and_a_refusal_comes_back(kervan: Kervan, iys: Simulator) -> None:
    said = {"channel": "sms", "status": "granted", "jurisdiction": "TR", "source": "web"}
    kervan.send(
        {"type": "identify", "userId": "iys-1", "traits": {"phone": PHONE}},
        track("Consent Changed", "iys-1", properties=said),
    )
    key = (PHONE, "BIREYSEL", "MESAJ")
    until(lambda: key in iys.registry.records, lambda: kervan.log[-2000:])
    assert iys.registry.records[key].status == "ONAY"
    assert iys.registry.records[key].source == "HS_WEB"
    assert kervan.cli("registry", "status").returncode == 0
    assert re.search(r"İYS \(-\): \d+ words wait, none is late", kervan.cli("doctor").stdout)

    iys.registry.citizen(PHONE, "MESAJ", "RET", "IYS_MOBIL")
    asked = kervan.cli("registry", "check", PHONE)
    assert asked.stdout.startswith("MESAJ\tRET\t"), asked
    word = "select status, source from consent_event where actor = 'registry'"
    assert kervan.rows(word) == [("withdrawn", "registry_mobile")]
    assert "geheim" not in kervan.log
    assert PHONE not in kervan.log
