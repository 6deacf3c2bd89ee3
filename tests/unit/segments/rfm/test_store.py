"""Settings that cannot be used are refused, and others ask for everybody anew."""

import pytest

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.rfm import store
from kervan.segments.rfm.score import Edges
from kervan.segments.rfm.store import Settings

_GOOD = (1, 2, 2, 9)


def test_settings_come_back_as_they_were_given_and_make_a_run_due(postgres: Connection) -> None:
    assert store.settings(postgres) == Settings()
    store.ran(postgres, clock.now().date())
    wanted = Settings("AZN", 365, "fixed", Edges(_GOOD, _GOOD, (0, 0, 5, 10**12)))
    store.save_settings(postgres, wanted)
    assert store.settings(postgres) == wanted and store.last_day(postgres) is None


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        (Settings("lira"), "currency"),
        (Settings(window_days=-1), "window_days"),
        (Settings(edges="fixed"), "edges"),
        (Settings(edges="fixed", fixed=Edges(_GOOD, (3, 2, 4, 5), _GOOD)), "edges"),
        (Settings(edges="fixed", fixed=Edges((1, 2, 3, 2**40), _GOOD, _GOOD)), "edges"),
    ],
)
def test_unfit_settings(postgres: Connection, wanted: Settings, part: str) -> None:
    with pytest.raises(KervanError) as refused:
        store.save_settings(postgres, wanted)
    assert refused.value.code == "segments.rfm_settings_unfit"
    assert refused.value.params["part"] == part
