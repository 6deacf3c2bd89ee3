"""Serves the web application on a socket that several processes share."""

import socket

import uvicorn

from kervan.collect.intake import AsyncIntake
from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault
from kervan.web import app
from kervan.web.state import Ground

_GRACE_SECONDS = 4
_IDLE_SECONDS = 60  # longer than an SDK pauses: a close meets its next POST and repeats it


def serve(
    config: Config, vault: Vault, intake: AsyncIntake | None = None, ground: Ground | None = None
) -> None:
    """Answer HTTP at the configured address until SIGTERM, over `intake` or an own one.

    With a `ground` also for the workspaces beside the configured one.
    """
    door = socket.socket(socket.AF_INET6 if ":" in config.host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    door.bind((config.host, config.port))
    settings = uvicorn.Config(
        app.create(config, vault, intake, ground),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_keep_alive=_IDLE_SECONDS,
        server_header=False,
        loop="uvloop",
        http="httptools",
        lifespan="on",
    )
    uvicorn.Server(settings).run(sockets=[door])
