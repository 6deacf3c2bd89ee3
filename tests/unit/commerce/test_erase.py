"""An erased person's orders keep their worth and lose their number."""

from kervan.commerce import erase
from kervan.kernel.postgres import Connection


def test_the_number_goes_and_the_money_stays(postgres: Connection) -> None:
    for person in (1, 2):
        postgres.execute(
            "insert into purchase (hash, order_id, person, placed_at, total_minor, currency,"
            " source) values (gen_random_uuid(), %s, %s, now(), 2500, 'TRY', 1)",
            (f"S-{person}", person),
        )
    before = postgres.execute("select hash from purchase where person = 1").fetchone()
    assert erase.erase(postgres, [1]) == 1 and erase.erase(postgres, [1]) == 0
    rows = postgres.execute(
        "select person, order_id, total_minor from purchase order by person"
    ).fetchall()
    assert rows == [(1, "", 2500), (2, "S-2", 2500)]
    assert postgres.execute("select hash from purchase where person = 1").fetchone() != before
