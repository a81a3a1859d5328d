"""Fixtures: a real OpenSSH server and a real object store (OpenStack Swift's S3 API), both on loopback."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from sshd import KEYGEN, SSHD, free_port, make_key, start_sshd

SWIFT_PYTHON = shutil.which("python3", path="/usr/bin")
S3_SECRETS = {"AWS_ACCESS_KEY_ID": "test:tester", "AWS_SECRET_ACCESS_KEY": "testing"}


@dataclass
class Swift:
    """A store that runs; buckets in it can be read by anybody over plain HTTP, as a website's can."""

    port: int

    def public_url(self, bucket):
        return f"http://127.0.0.1:{self.port}/v1/AUTH_test/{bucket}"

    def make_bucket(self, name):
        login = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/auth/v1.0",
            headers={"X-Auth-User": "test:tester", "X-Auth-Key": "testing"},
        )
        with urllib.request.urlopen(login) as answer:
            token = answer.headers["X-Auth-Token"]
        rights = {"X-Auth-Token": token, "X-Container-Read": ".r:*"}
        urllib.request.urlopen(
            urllib.request.Request(self.public_url(name), method="PUT", headers=rights)
        ).close()


def _has_swift():
    if sys.platform == "win32" or SWIFT_PYTHON is None:
        return False
    return (
        subprocess.run([SWIFT_PYTHON, "-c", "import swift"], capture_output=True, check=False).returncode == 0
    )


@pytest.fixture(scope="session")
def swift(tmp_path_factory):
    """The object store, once for all tests; each makes a bucket of its own."""
    if not _has_swift():
        pytest.skip("no OpenStack Swift on this machine (Debian's python3-swift)")
    folder, port = tmp_path_factory.mktemp("swift"), free_port()
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [SWIFT_PYTHON, str(Path(__file__).with_name("swift_server.py")), str(folder), str(port)],
        stdout=log,
        stderr=log,
    )
    log.close()
    try:
        _wait_for(port, process, folder / "log")
        yield Swift(port)
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port, process, log):
    for _ in range(400):
        if process.poll() is not None:
            raise RuntimeError(log.read_text(encoding="utf-8"))
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the store doesn't answer")


@pytest.fixture
def bucket(swift, monkeypatch, request):
    """The name of a new bucket; credentials and endpoint are where the cloud's tools want them."""
    name = f"b{abs(hash(request.node.nodeid)) % 10**9}-{os.getpid()}"
    swift.make_bucket(name)
    for key, value in S3_SECRETS.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{swift.port}")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    return name


@pytest.fixture(scope="session")
def sshd(tmp_path_factory):
    """The SSH server, once for all tests; each has a folder of its own in it."""
    if not SSHD or not KEYGEN:
        pytest.skip("no OpenSSH server on this machine")
    server = start_sshd(tmp_path_factory.mktemp("ssh") / "server")
    yield server
    server.stop()


@pytest.fixture
def login(sshd, home, monkeypatch):
    """A home whose key the server takes, and which knows the server."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    ssh = home / ".ssh"
    public = make_key(ssh / "id_ed25519")
    keys = sshd.folder / "authorized_keys"
    keys.write_text(keys.read_text(encoding="ascii") + public, encoding="ascii")
    (ssh / "known_hosts").write_text(sshd.known() + "\n", encoding="ascii")
    return ssh
