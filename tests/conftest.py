"""Every test runs as if nobody lived here: an empty home, UTC, a terminal of 100 columns, no network."""

import itertools
import os
import socket
import time

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "podtool",
    derandomize=True,  # the same examples on every machine, and no database of old ones
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],  # how fast a machine is decides nothing
)
settings.load_profile("podtool")

# Typer and Rich look at these when they are imported, which is when tests are collected.
WISHES = (
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "PY_COLORS",
    "TTY_COMPATIBLE",
    "TTY_INTERACTIVE",
    "GITHUB_ACTIONS",
    "JUPYTER_COLUMNS",
    "LINES",
    "SOURCE_DATE_EPOCH",
)
for wish in WISHES:
    os.environ.pop(wish, None)

# What opens somebody's server or account: a test brings its own.
CREDENTIALS = (
    "SSH_AUTH_SOCK",
    "PODTOOL_SFTP_PASSWORD",
    "PODTOOL_SSH_PASSPHRASE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
)

HOMES = {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_RUNTIME_DIR": ".run",
}
_count = itertools.count()


@pytest.fixture(scope="session")
def _homes(tmp_path_factory):
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def home(_homes):
    """The empty folder that is this test's home."""
    folder = _homes / str(next(_count))
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:  # its own: a test may undo all that it patched itself
        for name, below in HOMES.items():
            patch.setenv(name, str(folder / below))
        patch.setenv("TZ", "UTC")
        patch.setenv("COLUMNS", "100")
        for name in (*WISHES, *CREDENTIALS):
            patch.delenv(name, raising=False)
        _set_zone()
        yield folder
    _set_zone()


def _set_zone():
    if hasattr(time, "tzset"):  # Windows has none, and takes no zone from TZ
        time.tzset()


LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104 - nothing is bound; it means this machine
_NETWORK = (socket.AF_INET, socket.AF_INET6)


def _is_here(host):
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    return name is None or name == "" or str(name).startswith(LOOPBACK)


@pytest.fixture(autouse=True)
def _loopback_only():
    """Fails a test that talks to another machine; what it fails with no `except Exception` can swallow."""

    def refuse(host):
        pytest.fail(f"a test wanted to reach {host!r}: tests talk to this machine only", pytrace=True)

    def guarded(method):
        real = getattr(socket.socket, method)

        def connect(self, *arguments):
            address = arguments[-1]
            if self.family in _NETWORK and not _is_here(address[0]):
                refuse(address[0])
            return real(self, *arguments)

        return connect

    real_lookup = socket.getaddrinfo

    def look_up(host, *arguments, **options):
        if not _is_here(host):
            refuse(host)
        return real_lookup(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        for method in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, method, guarded(method))
        patch.setattr(socket, "getaddrinfo", look_up)
        yield


@pytest.fixture(scope="session")
def assembled(tmp_path_factory):
    """The example, assembled once; tests that change it copy it first."""
    from example import assemble, copy_example

    folder = copy_example(tmp_path_factory.mktemp("assembled") / "show")
    assemble(folder)
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """In the gate nothing is skipped: what a test needs is there, or the gate is not one."""
    report = yield
    if report.skipped and os.environ.get("PODTOOL_NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may be: {report.longrepr}"
    return report


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium, one for a module's tests; they are skipped where there is none."""
    from browsing import launch

    with launch() as launched:
        yield launched
