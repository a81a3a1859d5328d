"""OpenStack Swift with its S3 API on loopback: proxy, account, container and object server in one process.

Run by the system's Python, which has Debian's python3-swift: `python3 swift_server.py FOLDER PORT`. What it
holds is held in memory; the listings' databases lie in FOLDER.
"""

import os
import socket
import sys
from pathlib import Path

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi  # noqa: E402 - after the patch
from paste.deploy import loadapp  # noqa: E402 - the same
from swift.common import constraints, storage_policy, utils  # noqa: E402 - the same
from swift.common.ring import RingBuilder  # noqa: E402 - the same

FOLDER, PORT = Path(sys.argv[1]), int(sys.argv[2])
BACKENDS = {"account": "account", "container": "container", "object": "mem_object"}
SWIFT = """[swift-hash]
swift_hash_path_suffix = tests
[storage-policy:0]
name = only
default = yes
"""
BACKEND = """[app:main]
use = egg:swift#{app}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
"""
PROXY = """[pipeline:main]
pipeline = catch_errors gatekeeper listing_formats s3api tempauth bulk slo dlo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
check_bucket_owner = false
location = us-east-1
min_segment_size = 1048576
allow_multipart_uploads = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
rate_limit_under_size = 0
[filter:dlo]
use = egg:swift#dlo
[app:proxy-server]
use = egg:swift#proxy
swift_dir = {folder}
account_autocreate = true
allow_account_management = true
"""


def listen(port=0):
    return eventlet.listen(("127.0.0.1", port), reuse_addr=True)


def configure():
    """Points Swift at our folder: it looks into /etc/swift by itself."""
    (FOLDER / "devices" / "sda").mkdir(parents=True)
    (FOLDER / "swift.conf").write_text(SWIFT)
    utils.SWIFT_CONF_FILE = str(FOLDER / "swift.conf")
    utils.validate_configuration()
    constraints.reload_constraints()
    storage_policy.reload_storage_policies()


def make_ring(name, port):
    builder = RingBuilder(4, 1, 1)
    builder.add_dev(
        {"id": 0, "region": 1, "zone": 1, "weight": 1, "ip": "127.0.0.1", "port": port, "device": "sda"}
    )
    builder.rebalance()
    builder.get_ring().save(str(FOLDER / f"{name}.ring.gz"))


class Cache:
    """What memcached does for Swift elsewhere."""

    def __init__(self):
        self.held = {}

    def get(self, key, **_):
        return self.held.get(key)

    def set(self, key, value, **_):
        self.held[key] = value

    def delete(self, key, **_):
        self.held.pop(key, None)

    def incr(self, key, delta=1, **_):
        self.held[key] = self.held.get(key, 0) + delta
        return self.held[key]


def with_cache(app):
    cache = Cache()

    def answer(environ, start_response):
        environ["swift.cache"] = cache
        return app(environ, start_response)

    return answer


class Silent:
    def write(self, _):
        pass


def serve(name, text, sock):
    config = FOLDER / f"{name}.conf"
    config.write_text(text)
    app = with_cache(loadapp(f"config:{config}", global_conf={"log_name": name}))
    eventlet.spawn(wsgi.server, sock, app, Silent(), custom_pool=eventlet.GreenPool(200), debug=False)


def main():
    configure()
    for name, app in BACKENDS.items():
        sock = listen()
        make_ring(name, sock.getsockname()[1])
        serve(name, BACKEND.format(app=app, folder=FOLDER), sock)
    serve("proxy", PROXY.format(folder=FOLDER), listen(PORT))
    while os.getppid() != 1:  # ends with the tests that started it
        eventlet.sleep(1)


if __name__ == "__main__":
    socket.setdefaulttimeout(60)
    main()
