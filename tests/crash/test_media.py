"""kill -9 while pictures come in: what was acknowledged is there whole, what was cut off is not."""

import subprocess
import sys
import time
from random import Random

from kervan.kernel.postgres import Connection

_KILLS = 3
_SEED = Random().randrange(1_000_000)
_WIDTHS = (200, 600, 1200)
_EACH_BYTES = 200_000
_BRINGER = f"""
import os, sys
from kervan.content.media import store, texts
from kervan.content.media.picture import File, Picture
from kervan.kernel import clock, postgres
with postgres.connect(sys.argv[1], workspace=sys.argv[2]) as conn:
    print("ready", flush=True)
    while True:
        body = os.urandom({_EACH_BYTES})
        files = tuple(File(width, width, "jpg", body) for width in {_WIDTHS})
        made = Picture(2400, 2400, False, files)
        written = texts.tidy("p", {{}}, [])
        found, _ = store.add(conn, os.urandom(32), made, written, clock.now(), "oya")
        conn.commit()
        print(found, flush=True)
"""


def test_a_picture_is_there_whole_or_not_at_all(
    postgres_url: str, workspace: str, postgres: Connection
) -> None:
    print(f"seed {_SEED}")
    chance = Random(_SEED)
    acknowledged: set[str] = set()
    for _ in range(_KILLS):
        bringer = subprocess.Popen(
            [sys.executable, "-c", _BRINGER, postgres_url, workspace],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert bringer.stdout is not None
        with bringer.stdout as said:
            assert said.readline() == "ready\n"
            acknowledged.add(said.readline().strip())
            time.sleep(chance.uniform(0.05, 0.4))
            bringer.kill()
            acknowledged |= {line.strip() for line in said if line.endswith("\n")}
        bringer.wait()
    kept = {
        str(media): sizes
        for media, sizes in postgres.execute(
            "select m.id, array_agg(length(f.body) = f.size and f.size = %s order by f.width)"
            " from media m left join media_file f on f.media = m.id group by m.id",
            (_EACH_BYTES,),
        ).fetchall()
    }
    assert all(sizes == [True] * len(_WIDTHS) for sizes in kept.values()), "half a picture"
    assert len(acknowledged) > _KILLS and acknowledged <= kept.keys()
    # Of each kill at most the one whose answer was under way is there without having been told.
    assert len(kept) - len(acknowledged) <= _KILLS
