"""A real OpenSSH server on loopback, with its own keys, for tests; and a line that can be cut."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
KEYGEN = shutil.which("ssh-keygen")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_key(path, *, passphrase=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [KEYGEN, "-q", "-t", "ed25519", "-N", passphrase, "-C", "test", "-f", str(path)], check=True
    )
    return path.with_name(path.name + ".pub").read_text(encoding="ascii")


def wait_for(port, process):
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError("the server ended at once")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server doesn't answer")


@dataclass
class Sshd:
    """A server that runs: `web` is the folder it lets us write to."""

    folder: Path
    port: int
    process: subprocess.Popen
    host_key: str
    user: str

    @property
    def web(self):
        return self.folder / "web"

    def url(self, path=None, port=None):
        return f"sftp://{self.user}@127.0.0.1:{port or self.port}{path or self.web}"

    def known(self, port=None):
        return f"[127.0.0.1]:{port or self.port} {self.host_key}"

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def start_sshd(folder, *more):
    """Starts `sshd` as a plain process of ours."""
    folder.mkdir(parents=True)
    (folder / "web").mkdir()
    host_key = make_key(folder / "host_key")
    (folder / "authorized_keys").touch(mode=0o600)
    port = free_port()
    config = folder / "sshd_config"
    lines = [
        f"Port {port}",
        "ListenAddress 127.0.0.1",
        f"HostKey {folder}/host_key",
        f"AuthorizedKeysFile {folder}/authorized_keys",
        f"PidFile {folder}/pid",
        "StrictModes no",
        "UsePAM no",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "PermitRootLogin yes",
        "Subsystem sftp internal-sftp",
        "MaxStartups 100",
        *more,
    ]
    config.write_text("\n".join(lines) + "\n", encoding="ascii")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    log = (folder / "log").open("wb")
    process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stdout=log, stderr=log)
    log.close()
    wait_for(port, process)
    return Sshd(folder, port, process, " ".join(host_key.split()[:2]), getpass.getuser())


class Line:
    """A proxy on loopback that passes everything on, and cuts connections after so many bytes to the server.

    Args:
        to: the server's port.
        cuts: bytes after which the first, the second, … connection is cut; later ones hold.
    """

    def __init__(self, to, cuts=()):
        self.to, self.cuts = to, list(cuts)
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._threads = []
        self._start(self._accept)

    def close(self):
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(10)

    def _start(self, work, *arguments):
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _accept(self):
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            left = self.cuts.pop(0) if self.cuts else None
            self._start(self._carry, client, socket.create_connection(("127.0.0.1", self.to)), left)

    def _carry(self, client, server, left):
        with client, server:
            back = self._start(self._pass, server, client, None)
            self._pass(client, server, left)
            back.join()

    @staticmethod
    def _pass(source, sink, left):
        try:
            while block := source.recv(65536):
                if left is not None:
                    block, left = block[:left], left - len(block)
                sink.sendall(block)
                if left is not None and left <= 0:
                    break
        except OSError:
            pass
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
