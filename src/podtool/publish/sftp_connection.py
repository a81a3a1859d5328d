"""An SSH connection in a thread of its own, as the user's OpenSSH makes it: config, agent, known_hosts."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from threading import RLock, Thread
from typing import Any, TypeVar, cast

import asyncssh

from podtool.errors import PublishError
from podtool.publish.remote_address import SftpAddress
from podtool.publish.sftp_failures import LOST, PASSPHRASE, PASSWORD, changed_host, told, unknown_host

CONNECT_S = 30
SILENCE_S = 15
"""After so long without a word the server is asked whether it is there; after four such times it is not."""
TRIES = 3
PAUSE_S = 1.0
"""Before the second try; twice as long before the third."""

T = TypeVar("T")

# Both tell their logs what they do, a broken line a hundred times; podtool tells the user itself, once.
for _talker in ("asyncssh", "asyncio"):
    logging.getLogger(_talker).addHandler(logging.NullHandler())
    logging.getLogger(_talker).propagate = False


class SftpConnection:
    """Runs coroutines on an SFTP session that is opened when first needed, and again when the line breaks."""

    def __init__(self, address: SftpAddress) -> None:
        self.address = address
        self.alive = True
        self._lock = RLock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._opening: asyncio.Lock | None = None
        self._ssh: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None

    def run(self, work: Callable[[asyncssh.SFTPClient], Awaitable[T]], what: str) -> T:
        """What `work` gives; it is begun anew when the line breaks, so it must be repeatable.

        Args:
            work: uses the session.
            what: «can't write feed.xml», for the error.

        Raises:
            PublishError: no connection, or the server refuses.
        """
        if not self.alive:
            raise PublishError(f"{what}: the connection to {self.address.host} is lost", hint="publish again")
        future = asyncio.run_coroutine_threadsafe(self._tried(work, what), self._running())
        try:
            return future.result()
        except BaseException:
            future.cancel()  # Ctrl-C: what is on its way is given up, and cleans up after itself
            raise

    async def _tried(self, work: Callable[[asyncssh.SFTPClient], Awaitable[T]], what: str) -> T:
        for tries_left in reversed(range(TRIES)):
            sftp = await self._session()
            try:
                return await work(sftp)
            except LOST as error:
                await self._hang_up(sftp)
                if not tries_left:
                    self.alive = False
                    raise told(error, f"{what}: the connection to {self.address.host} broke") from error
                await asyncio.sleep(PAUSE_S * 2 ** (TRIES - 1 - tries_left))
            except (asyncssh.Error, OSError) as error:
                raise told(error, f"{what} on {self.address.host}") from error
        raise AssertionError("the last try either gives or raises")

    async def _session(self) -> asyncssh.SFTPClient:
        if self._opening is None:
            self._opening = asyncio.Lock()
        async with self._opening:
            if self._sftp is None:
                try:
                    self._ssh = await self._connect()
                    self._sftp = await self._ssh.start_sftp_client()
                except PublishError:
                    self.alive = False
                    raise
                except (asyncssh.Error, OSError, ValueError) as error:
                    self.alive = False
                    raise told(error, f"can't reach {self.address.host} by SFTP") from error
            return self._sftp

    async def _connect(self) -> asyncssh.SSHClientConnection:
        options = await self._options()
        host, port = options.host, options.port
        try:
            return await asyncssh.connect(host, port, options=options)
        except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed) as error:
            known = _known_keys(options)
            if known:
                raise changed_host(host, port) from error
            if isinstance(error, asyncssh.KeyExchangeFailed):
                raise
            raise unknown_host(host, port) from error

    async def _options(self) -> asyncssh.SSHClientConnectionOptions:
        """~/.ssh/config first; what the address says goes before it."""
        wanted: dict[str, Any] = {
            "host": self.address.host,
            "config": _user_config(),
            "connect_timeout": CONNECT_S,
            "login_timeout": CONNECT_S,
            "keepalive_interval": SILENCE_S,
            "keepalive_count_max": 4,
            "agent_forwarding": False,
        }
        if self.address.port is not None:
            wanted["port"] = self.address.port
        if self.address.user is not None:
            wanted["username"] = self.address.user
        if password := os.environ.get(PASSWORD):
            wanted["password"] = password
        if passphrase := os.environ.get(PASSPHRASE):
            wanted["passphrase"] = passphrase
        options: asyncssh.SSHClientConnectionOptions = await asyncssh.SSHClientConnectionOptions.construct(
            **wanted
        )
        if options.known_hosts is None:  # `UserKnownHostsFile none`: then nobody is known
            options.known_hosts = b""
        return options

    async def _hang_up(self, lost: asyncssh.SFTPClient) -> None:
        if self._sftp is lost:
            self._sftp = None
            if self._ssh is not None:
                self._ssh.abort()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                # When the line breaks, the first of a write's parallel requests tells us; nobody asks the
                # others, and the user must not see their tracebacks.
                self._loop.set_exception_handler(_unheard)
                self._thread = Thread(target=self._loop.run_forever, name="podtool-sftp", daemon=True)
                self._thread.start()
            return self._loop

    def close(self) -> None:
        """Ends the session, politely for some seconds, and the thread."""
        with self._lock:
            loop, thread, self._loop, self.alive = self._loop, self._thread, None, False
        if loop is None or thread is None:
            return
        with suppress(Exception):
            asyncio.run_coroutine_threadsafe(self._leave(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        if not thread.is_alive():
            loop.close()

    async def _leave(self) -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        if self._sftp is not None:
            self._sftp.exit()
        if self._ssh is not None:
            self._ssh.close()
            async with asyncio.timeout(3):
                await self._ssh.wait_closed()
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def _user_config() -> list[str]:
    """Named, or asyncssh's `construct` reads none: it has a default only in `connect`."""
    config = Path("~/.ssh/config").expanduser()
    return [str(config)] if config.is_file() else []


def _unheard(_: asyncio.AbstractEventLoop, __: dict[str, Any]) -> None:
    """For errors of tasks that nobody waits for."""


def _known_keys(options: asyncssh.SSHClientConnectionOptions) -> bool:
    """Whether known_hosts has any key for the host, asked as asyncssh asks."""
    files: Any = options.known_hosts
    if not files:
        default = Path("~/.ssh/known_hosts").expanduser()
        files = str(default) if default.is_file() else b""
    name = options.host_key_alias or options.host
    port = options.port if options.port != asyncssh.DEFAULT_PORT else None
    found = asyncssh.match_known_hosts(files, name, "", port)
    return any(cast("list[object]", kind) for kind in found)
