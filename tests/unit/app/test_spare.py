"""What nobody uses is not loaded, and what asked for it does without."""

import subprocess
import sys

_PROGRAM = """
import sys
from kervan.app import spare
spare.the_unused()
spare.the_unused()
import pyarrow
import pyarrow.parquet
assert pyarrow.array(["a", None]).to_pylist() == ["a", None]
print(sum(type(one).__module__ == "kervan.app.spare" for one in sys.meta_path))
print(*[name for name in sys.modules if name.startswith(("pandas", "pyarrow._s3fs"))])
"""


def test_pyarrow_does_without_pandas_and_clouds() -> None:
    said = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.split("\n") == ["1", "", ""]
