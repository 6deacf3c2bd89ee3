"""Who may see the people behind a campaign's numbers, and what is asked wrongly."""

from tests.unit.web.api.test_messages import ece, place
from tests.unit.web.visiting import Place, Visitor

__all__ = ["ece", "place"]
PATH = "/v1/onsite/nobody/people"


def test_what_is_refused(place: Place, ece: Visitor) -> None:
    assert ece.get(f"{PATH}?of=else&variant=a").status == 422
    assert ece.get(f"{PATH}?of=shown&variant=a&after=-1").status == 422
    assert ece.get(f"{PATH}?of=shown&variant=a").status == 404
    assert place.visitor().get(f"{PATH}?of=shown&variant=a").status == 401
