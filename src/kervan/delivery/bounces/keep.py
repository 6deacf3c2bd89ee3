"""Keeps what the listener is given, one mail a transaction that is ended before its 250."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import psycopg

from kervan.delivery.bounces import take
from kervan.delivery.bounces.listen import Limits, Listener
from kervan.delivery.channels import return_path
from kervan.delivery.inbound import Ground
from kervan.kernel import clock, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError

_log = log.get("bounces")


class Keeper:
    """The database of a listener, in a thread beside the loop; `close` ends it."""

    def __init__(self, config: Config, keys: WorkspaceVault) -> None:
        self._config = config
        self._keys = keys
        self._tag = return_path.key_of(keys)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bounces")
        self._conn: postgres.Connection | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until `stop`. Raises delivery.bounce_listen_wrong and bounce_listen_taken."""
        given = self._config.bounce_listen
        host, _, port = given.rpartition(":")
        if not port.isdigit() or not 0 < int(port) < 65_536:
            raise KervanError("delivery.bounce_listen_wrong", given=given)
        try:
            server = await self.listener().open(host.strip("[]") or "127.0.0.1", int(port))
        except OSError as error:
            raise KervanError(
                "delivery.bounce_listen_taken", given=given, problem=error.strerror or ""
            ) from None
        _log.info("listening", host=host, port=int(port))
        try:
            await stop.wait()
        finally:
            server.close()
            self.close()

    def listener(self, limits: Limits | None = None) -> Listener:
        """What listens for it."""
        return Listener(self._config.bounce_domain or "localhost", self._known, self._keep, limits)

    def close(self) -> None:
        """Let what is being kept be kept, and let go of the database."""
        self._thread.submit(self._hang_up).result()
        self._thread.shutdown()

    def _known(self, recipient: str) -> bool:
        return return_path.read(recipient, self._tag) is not None

    async def _keep(self, sender: str, recipient: str, raw: bytes) -> bool:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._thread, self._write, sender, recipient, raw)
        except (psycopg.Error, KervanError) as error:
            _log.warning("bounce_not_kept", error=type(error).__name__)
            return False
        return True

    def _write(self, sender: str, recipient: str, raw: bytes) -> None:
        config = self._config
        if self._conn is None or self._conn.closed:
            self._conn = postgres.connect(config.postgres_url, workspace=config.workspace)
        ground, at = Ground(config.country, config.timezone), clock.now()
        try:
            null = not sender
            take.take(self._conn, self._keys, recipient, raw, ground, at, null_sender=null)
            self._conn.commit()
        except BaseException:
            self._hang_up()
            raise

    def _hang_up(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None
