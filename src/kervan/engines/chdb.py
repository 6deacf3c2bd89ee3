"""ClickHouse inside this process: one engine over one directory, one connection per request.

How chdb-core 26.9 behaves, measured on a 2-core machine before this was written:
- Calls release Python's lock: `select 1` answered within 7 ms while a query used every core.
- A connection costs 0.3 ms, so each request gets its own; settings, parameters and the current
  database are set on it with SET and USE and vanish with it.
- `send_insert` parses a binary body chunk by chunk into blocks that become one part, fails whole
  on a truncated body, and took 2.7 M rows/s; data inside the SQL text must be valid UTF-8, so it
  cannot carry Native or Arrow.
- `send_query` hands out one *complete document* per block, so only formats that can be joined
  end to end are streamed (see `JOINABLE`); the others are answered whole.
- A query's id cannot be chosen; `log_comment` can, and finds the query for KILL QUERY and,
  as `Settings['log_comment']`, in `system.processes` (it begins with the client's query_id).
"""

import ctypes
import importlib.util
import os
import sys
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from kervan.kernel import sql

_SQL = sql.load(__package__, "chdb.sql")
# Formats whose documents may be put one behind the other and are still one document.
JOINABLE = frozenset(
    {
        "native",
        "tabseparated",
        "tsv",
        "tsvraw",
        "tabseparatedraw",
        "csv",
        "jsoneachrow",
        "ndjson",
        "jsonlines",
        "jsoncompacteachrow",
        "rowbinary",
        "values",
        "lineasstring",
        "rawblob",
    }
)
_NOT_STREAMABLE = "Streaming query is not supported"

_SERVER = """<clickhouse>
<timezone>UTC</timezone>
<mark_cache_size>134217728</mark_cache_size>
<primary_index_cache_size>67108864</primary_index_cache_size>
<index_mark_cache_size>33554432</index_mark_cache_size>
<vector_similarity_index_cache_size>1048576</vector_similarity_index_cache_size>
<text_index_tokens_cache_size>16777216</text_index_tokens_cache_size>
<text_index_header_cache_size>16777216</text_index_header_cache_size>
<text_index_postings_cache_size>16777216</text_index_postings_cache_size>
<max_server_memory_usage_to_ram_ratio>0.6</max_server_memory_usage_to_ram_ratio>
<max_concurrent_queries>128</max_concurrent_queries>
<merge_tree>
<fsync_after_insert>1</fsync_after_insert>
<fsync_part_directory>1</fsync_part_directory>
<cleanup_delay_period>5</cleanup_delay_period>
<cleanup_delay_period_random_add>2</cleanup_delay_period_random_add>
<max_cleanup_delay_period>10</max_cleanup_delay_period>
</merge_tree>
<backups><allowed_path>{backups}</allowed_path></backups>
</clickhouse>
"""


def _load() -> Any:
    """The extension alone: the package around it imports pandas, 60 MB we never use."""
    found = importlib.util.find_spec("chdb")
    if found is None or not found.submodule_search_locations:
        raise ImportError("chdb-core is not installed")
    place = found.submodule_search_locations[0]
    package = types.ModuleType("chdb")
    package.__path__ = [place]
    sys.modules["chdb"] = package
    here = Path.cwd()
    # The library finds its siblings by the working directory, and must bind its own allocator.
    os.chdir(place)
    try:
        if sys.platform == "linux":
            ctypes.CDLL(f"{place}/_chdb.abi3.so", mode=sys.getdlopenflags() | 0x8)
        spec = importlib.util.spec_from_file_location("chdb._chdb", f"{place}/_chdb.abi3.so")
        if spec is None or spec.loader is None:
            raise ImportError("chdb-core has no engine for this machine")
        native = importlib.util.module_from_spec(spec)
        sys.modules["chdb._chdb"] = native
        spec.loader.exec_module(native)
        return native
    finally:
        os.chdir(here)


class Engine:
    """The database in `data`; only one process may have it open."""

    def __init__(self, data: Path) -> None:
        self.data = data
        (data / "backups").mkdir(parents=True, exist_ok=True)
        config = data / "engine.xml"
        config.write_text(_SERVER.format(backups=escape(str(data / "backups"))))
        self._native = _load()
        # Python, not the engine, decides what SIGTERM means here.
        self._native.set_signal_handlers_enabled(0)
        self._address = f"{data / 'store'}?config-file={config}"
        # The engine lives as long as any connection: this one keeps it open between requests.
        self._anchor = self._native.connect(self._address)
        self.version = self._anchor.query(_SQL.version, "TSV").bytes().decode().strip()

    def connect(self) -> "Connection":
        """A connection of its own, to be closed after use."""
        return Connection(self._native.connect(self._address))

    def kill(self, comment: str) -> None:
        """Ask the query that carries `comment` as its `log_comment` to stop; do not wait."""
        connection = self.connect()
        try:
            connection.run(_SQL.kill, "TSV", {"comment": comment})
        finally:
            connection.close()

    def close(self) -> None:
        """Close the database, once every connection is closed."""
        self._anchor.close()


class Connection:
    """One connection; its methods raise RuntimeError with ClickHouse's own words."""

    def __init__(self, native: Any) -> None:
        self._native = native

    def prepare(self, settings: Mapping[str, str], database: str) -> None:
        """Set settings (also `param_…`) and the current database, when not empty."""
        parts = []
        if settings:
            parts.append("SET " + ", ".join(f"{k} = {quote(v)}" for k, v in settings.items()))
        if database:
            parts.append("USE `" + database.replace("\\", "\\\\").replace("`", "\\`") + "`")
        for part in parts:
            self._native.query(part, "TSV")

    def run(self, text: str, form: str, params: Mapping[str, str]) -> tuple[bytes, dict[str, int]]:
        """Execute and give the whole answer and its counts."""
        result = self._native.query(text, form, params=dict(params))
        counts = {
            "read_rows": result.rows_read(),
            "read_bytes": result.bytes_read(),
            "written_rows": result.rows_written(),
            "written_bytes": result.bytes_written(),
        }
        return result.bytes(), counts

    def stream(self, text: str, form: str, params: Mapping[str, str]) -> Iterator[bytes] | None:
        """The answer block by block, or None when this statement has to be `run`."""
        try:
            handle = self._native.send_query(text, form, params=dict(params))
        except RuntimeError as error:
            if _NOT_STREAMABLE in str(error):
                return None
            raise
        return self._blocks(handle)

    def _blocks(self, handle: Any) -> Iterator[bytes]:
        done = False
        try:
            while True:
                block = self._native.streaming_fetch_result(handle)
                if block is None or block.size() == 0:
                    done = True
                    return
                yield block.bytes()
        finally:
            if not done:
                self._native.streaming_cancel_query(handle)

    def insert(self, text: str, form: str, body: Iterator[bytes]) -> int:
        """Feed `body` into an INSERT without its FORMAT clause; give the rows written.

        If reading `body` raises, nothing is committed.
        """
        handle = self._native.send_insert(text, form)
        try:
            for chunk in body:
                self._native.insert_append(handle, chunk)
        except BaseException:
            self._native.insert_cancel(handle)
            raise
        return int(self._native.insert_done(handle).rows_written())

    def close(self) -> None:
        """Give the connection back."""
        self._native.close()


def quote(text: str) -> str:
    """`text` as a ClickHouse string literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
