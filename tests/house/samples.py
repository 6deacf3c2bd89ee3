"""For each rule a few lines that must be caught and a few that must not be."""

from tests.house.tree import File

DOC = '"""Say what this is for."""\n'
ROOM = "src/kervan/room/act.py"
WORDS = "src/kervan/room/words.toml"
_HASH = "    --hash=sha256:" + "0" * 64


def lines(count: int) -> str:
    """So many lines of code."""
    return "x = 1\n" * count


def module(text: str, path: str = ROOM) -> File:
    """A module that opens as it should and goes on with `text`."""
    return File(path, DOC + text)


BAD: dict[str, list[File]] = {
    "clock-home": [
        module("import time\n"),
        module("from time import monotonic\n"),
        module("from datetime import datetime\nx = datetime.now(UTC)\n"),
        module("import datetime\nx = datetime.date.today()\n"),
        module("x = asyncio.get_running_loop().time()\n"),
    ],
    "colour": [module("async def act() -> None: ...\n", "src/kervan/journeys/advance.py")],
    "declared": [
        module("import left_pad\n"),
        module("import pytest\n"),
        module("from no_such_thing.deep import x\n", "tests/unit/room/test_act.py"),
    ],
    "edge": [
        module("def act(conn):\n    conn.commit()\n"),
        module("with conn.transaction():\n    pass\n"),
        module("conn = psycopg.connect(url, autocommit=True)\n"),
    ],
    "environ-home": [
        module('import os\nx = os.environ["A"]\n'),
        module('import os\nx = os.getenv("A")\n'),
        module("from os import environ\n"),
    ],
    "file-length": [File(ROOM, lines(401)), File("src/kervan/room/act.sql", lines(401))],
    "function-length": [module("def act():\n" + "    x = 1\n" * 60)],
    "hidden-import": [
        module("def act():\n    import json\n"),
        module("class Act:\n    def do(self):\n        from a import b\n"),
        module('x = importlib.import_module("kervan.web")\n'),
    ],
    "lock": [
        File("requirements/lock.txt", "left-pad==1.0\n"),
        File("requirements/lock.txt", f"--index-url x\nleft-pad==1.0 \\\n{_HASH}\n"),
        File("requirements/lock.txt", f"left-pad>=1.0 \\\n{_HASH}\n"),
        File("requirements/lock.txt", f"a==1 \\\nleft-pad==1.0 \\\n{_HASH}\n"),
    ],
    "machine-path": [
        File("README.md", "see /wo" + "rk/main/README\n"),
        File("docs/a.md", "cd /ro" + "ot/kervan\n"),
        File("docs/a.md", "`/ho" + "me/ayse/kervan`\n"),
    ],
    "module-name": [
        File("src/kervan/room/utils.py", DOC),
        File("src/kervan/room/mail_service.py", DOC),
        File("src/kervan/common/act.py", DOC),
    ],
    "module-sentence": [
        File(ROOM, "import json\n"),
        File(ROOM, '"""no stop"""\n'),
        File(ROOM, '"""One sentence. And another."""\n'),
        File("src/kervan/room/__init__.py", ""),
    ],
    "narrow": [
        module("from kervan.journeys import enter\n", "src/kervan/delivery/channels/smtp.py"),
        module("import kervan.web.app\n", "src/kervan/journeys/steps/wait.py"),
    ],
    "no-mocks": [
        module("from unittest.mock import patch\n", "tests/unit/room/test_act.py"),
        module('monkeypatch.setattr(act, "do", fake)\n', "tests/unit/room/test_act.py"),
    ],
    "print-home": [
        module('print("hello")\n'),
        module("import sys\nsys.stderr.write('x')\n"),
        module("import logging\n"),
    ],
    "public-docstring": [
        module("def act() -> None: ...\n"),
        module("class Act:\n    x = 1\n"),
        module('class Act:\n    """An act."""\n    def do(self) -> None: ...\n'),
    ],
    "random-home": [
        module("import random\n"),
        module("import secrets\n"),
        module("import os\nx = os.urandom(8)\n"),
        module("import uuid\nx = uuid.uuid4()\n"),
        module("import numpy as np\nx = np.random.default_rng()\n"),
    ],
    "registry-host": [
        File("requirements/lock.txt", "https://py" + "pi.org/simple\n"),
        File("snippet/package-lock.json", '"resolved": "https://registry.npm' + 'js.org/x"\n'),
    ],
    "sql-clock": [
        File("src/kervan/room/act.sql", "select now()\n"),
        File("src/kervan/room/act.sql", "at timestamptz default current_timestamp\n"),
    ],
    "sql-home": [
        module('conn.execute("select person from profile")\n'),
        module('conn.execute("INSERT INTO profile VALUES (1)")\n'),
        module('q = f"update {table} set x = 1"\n'),
        module('q = """\n  with due as (\n  select 1) select 2"""\n'),
    ],
    "type-checking": [module("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\n")],
    "web-framework": [
        module("from fastapi import APIRouter\n"),
        module("import uvicorn\n", "src/kervan/app.py"),
    ],
    "words": [
        File(WORDS, '["room.a"]\nen = "a"\ntr = "b"\n'),
        File(WORDS, '["room.a"]\nen = "{x}"\ntr = "{x}"\naz = "{y}"\n'),
        File(WORDS, '["room.a"]\nen = "a"\ntr = ""\naz = "c"\n'),
        File(WORDS, '["other.a"]\nen = "a"\ntr = "b"\naz = "c"\n'),
        File(WORDS, '["room.a"]\nen = "a"\ntr = "gəl"\naz = "c"\n'),
    ],
}

GOOD: dict[str, list[File]] = {
    "clock-home": [
        module("import time\n", "src/kervan/kernel/clock.py"),
        module("from datetime import datetime\nx = datetime.fromtimestamp(at, UTC)\n"),
        module("import time\n", "tests/unit/room/test_act.py"),
    ],
    "colour": [module("async def act() -> None: ...\n", "src/kervan/web/app.py")],
    "declared": [module("import json\nimport numpy as np\nfrom kervan.kernel import ids\n")],
    "edge": [module("def act(conn):\n    conn.commit()\n", "src/kervan/cli/__init__.py")],
    "environ-home": [module("import os\nx = os.getpid()\n")],
    "file-length": [File(ROOM, lines(400)), File("docs/long.md", lines(900))],
    "function-length": [module("def act():\n" + "    x = 1\n" * 59)],
    "hidden-import": [
        module("import json\n"),
        module("x = importlib.import_module(name)\n", "src/kervan/delivery/channels/found.py"),
    ],
    "lock": [File("requirements/lock.txt", f"a==1 ; os_name == 'nt' \\\n{_HASH} \\\n{_HASH}\n")],
    "machine-path": [File("README.md", "wo" + "rk/main and https://shop.example/ho" + "me/x\n")],
    "module-name": [File("src/kervan/room/resolve.py", DOC)],
    "module-sentence": [
        File(ROOM, '"""Say it, e.g. in one sentence.\n\nThen more. And more."""\n')
    ],
    "narrow": [
        module("from kervan.kernel import clock\n", "src/kervan/delivery/channels/smtp.py"),
        module("from kervan.profiles import read\n", "src/kervan/delivery/send.py"),
    ],
    "no-mocks": [module("monkeypatch.setenv('A', 'b')\n", "tests/unit/room/test_act.py")],
    "print-home": [module('print("hello")\n', "src/kervan/cli/__init__.py")],
    "public-docstring": [
        module("def _act() -> None: ...\n"),
        module('def act() -> None:\n    """Do it."""\n    def inner() -> None: ...\n'),
        module("def test_it() -> None: ...\n", "tests/unit/room/test_act.py"),
    ],
    "random-home": [
        module("import random\n", "src/kervan/kernel/ids.py"),
        module("import uuid\nx = uuid.UUID(int=1)\n"),
    ],
    "registry-host": [File("README.md", "https://shop.example/simple\n")],
    "sql-clock": [File("src/kervan/room/act.sql", "-- now() is not asked\nselect %(at)s\n")],
    "sql-home": [
        module('"""Select a customer."""\nx = "Select a customer"\n'),
        module('conn.execute("select 1")\n', "src/kervan/profiles/store.py"),
        module('def act():\n    """update a set of things."""\n'),
        module('x = "with due care"\n'),
    ],
    "type-checking": [module("from typing import Protocol\n")],
    "web-framework": [module("from fastapi import APIRouter\n", "src/kervan/web/app.py")],
    "words": [
        File(WORDS, '["room.a"]\nen = "a {x}"\ntr = "{x} b"\naz = "ə {x}"\n'),
        File("src/kervan/words.toml", '["cli.a"]\nen = "a"\ntr = "b"\naz = "c"\n'),
        File(WORDS, '[room.a]\nen = "a"\ntr = "b"\naz = "c"\n'),
    ],
}
