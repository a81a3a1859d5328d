"""A public tree in S3-compatible object storage: a put is whole or not at all by nature; ETags prove it."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from podtool.errors import PublishError
from podtool.publish.remote_address import S3Address
from podtool.publish.s3_failures import FAILURES, GONE, code_of, told
from podtool.publish.serving import serving_of
from podtool.publish.target_index import MOST_BYTES, Seen

PART_BYTES = 16 << 20
"""Files from this size on go in parts of this size: 160 GB at most, four side by side."""
OLD = timedelta(days=1)
"""Parts of an upload that began so long ago belong to a run that died."""
_BLOCK_BYTES = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_CONFIG = Config(
    connect_timeout=15,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 5},
    max_pool_connections=32,
    # Since 2025 the SDK sends checksums that other servers refuse; Content-MD5 and ETags do the proof.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
_PARTS = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=4)


class S3Store:
    """The `Store` of remote_target.py in a bucket. Credentials, region and endpoint are the SDK's."""

    def __init__(self, address: S3Address) -> None:
        self.alive = True
        self._bucket, self._prefix = address.bucket, address.prefix
        self._lock = Lock()
        self._swept = False

    @cached_property
    def _client(self) -> Any:
        return boto3.session.Session().client("s3", config=_CONFIG)

    def list_files(self) -> dict[str, Seen]:
        """Every object below the prefix, with size and ETag.

        Raises:
            PublishError: the server can't be reached, or refuses.
        """
        found: dict[str, Seen] = {}
        with self._failing("can't list the target"):
            pages = (
                self._api()
                .get_paginator("list_objects_v2")
                .paginate(Bucket=self._bucket, Prefix=self._prefix)
            )
            for page in pages:
                for each in page.get("Contents", ()):
                    path = each["Key"].removeprefix(self._prefix)
                    if path and not path.endswith("/"):
                        found[path] = Seen(bytes=each["Size"], stamp=_plain(each["ETag"]))
        return found

    def outdates(self, index: Seen, file: Seen) -> bool:
        """Never: an ETag changes whenever the bytes do."""
        del index, file
        return False

    def read(self, path: str) -> bytes | None:
        """The bytes at `path`, None when there is none.

        Raises:
            PublishError: the server fails, or the object is larger than any that podtool reads whole.
        """
        with self._failing(f"can't read {path}"):
            body = self._get(path)
            content = None if body is None else body.read(MOST_BYTES + 1)
        if content is not None and len(content) > MOST_BYTES:
            raise PublishError(f"{path} is larger than {MOST_BYTES >> 20} MB", hint="look at what lies there")
        return content

    def digest(self, path: str) -> str | None:
        """The sha256 of what lies at `path`: as its metadata has it, else read back.

        Raises:
            PublishError: the server fails.
        """
        with self._failing(f"can't read {path}"):
            head = self._head(path)
            if head is None:
                return None
            kept = {key.lower(): value for key, value in head["Metadata"].items()}.get("sha256", "")
            return kept if _SHA256.match(kept) else self._read_digest(path)

    def put(self, path: str, content: bytes | Path, sha256: str) -> Seen:
        """Replaces the object, with its media type and how long it may be kept; looks whether it arrived.

        Raises:
            PublishError: the server fails; the old object is still there.
        """
        serving = serving_of(path)
        headers = {
            "ContentType": serving.media_type,
            "CacheControl": serving.cache_control,
            "Metadata": {"sha256": sha256},
        }
        with self._failing(f"can't write {path}"):
            if isinstance(content, Path) and content.stat().st_size >= PART_BYTES:
                self._sweep()
                self._api().upload_file(
                    str(content), self._bucket, self._prefix + path, ExtraArgs=headers, Config=_PARTS
                )
                expected = _etag_of_parts(content)
            else:
                body = content.read_bytes() if isinstance(content, Path) else content
                digest = hashlib.md5(body, usedforsecurity=False)
                self._api().put_object(
                    Bucket=self._bucket,
                    Key=self._prefix + path,
                    Body=body,
                    ContentMD5=b64encode(digest.digest()).decode(),
                    **headers,
                )
                expected = digest.hexdigest()
            return self._verified(path, expected, sha256)

    def remove(self, path: str) -> None:
        """Removes the object.

        Raises:
            PublishError: the server refuses.
        """
        with self._failing(f"can't remove {path}"):
            try:
                self._api().delete_object(Bucket=self._bucket, Key=self._prefix + path)
            except FAILURES as error:
                if code_of(error) not in GONE:
                    raise

    def close(self) -> None:
        """Closes the connections."""
        self.alive = False
        if "_client" in self.__dict__:
            with suppress(Exception):
                self._client.close()

    def _api(self) -> Any:
        with self._lock:  # making a client is not safe in two threads, using one is
            return self._client

    def _head(self, path: str) -> dict[str, Any] | None:
        try:
            return dict(self._api().head_object(Bucket=self._bucket, Key=self._prefix + path))
        except FAILURES as error:
            if code_of(error) in GONE:
                return None
            raise

    def _get(self, path: str) -> Any:
        try:
            return self._api().get_object(Bucket=self._bucket, Key=self._prefix + path)["Body"]
        except FAILURES as error:
            if code_of(error) in GONE:
                return None
            raise

    def _read_digest(self, path: str) -> str | None:
        body = self._get(path)
        if body is None:
            return None
        digest = hashlib.sha256()
        for block in body.iter_chunks(_BLOCK_BYTES):
            digest.update(block)
        return digest.hexdigest()

    def _verified(self, path: str, expected: str, sha256: str) -> Seen:
        """What lies there now; an ETag that isn't an MD5 (encrypting servers) proves nothing: read back."""
        head = self._head(path)
        etag = "" if head is None else _plain(head["ETag"])
        if head is None or (etag != expected and self._read_digest(path) != sha256):
            raise PublishError(
                f"{path} is not what was sent",
                hint="another run may be publishing, or the file was changed meanwhile: publish again",
            )
        return Seen(bytes=head["ContentLength"], stamp=etag)

    def _sweep(self) -> None:
        """Gives up, once a run, what dead runs have left of uploads in parts: it is paid for, never seen."""
        with self._lock:
            swept, self._swept = self._swept, True
        if swept:
            return
        with suppress(*FAILURES):  # not everybody may
            api = self._api()
            answer = api.list_multipart_uploads(Bucket=self._bucket, Prefix=self._prefix)
            now: datetime = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
            for each in answer.get("Uploads", ()):
                if each["Initiated"] < now - OLD:
                    api.abort_multipart_upload(
                        Bucket=self._bucket, Key=each["Key"], UploadId=each["UploadId"]
                    )

    @contextmanager
    def _failing(self, what: str) -> Iterator[None]:
        try:
            yield
        except FAILURES as error:
            raise told(error, f"{what} in the bucket {self._bucket}") from error


def _plain(etag: str) -> str:
    return etag.strip('"')


def _etag_of_parts(source: Path) -> str:
    """What S3 makes the ETag of an upload in parts: the MD5 of the parts' MD5s, a dash, their number."""
    digests = []
    with source.open("rb") as file:
        while block := file.read(PART_BYTES):
            digests.append(hashlib.md5(block, usedforsecurity=False).digest())
    return f"{hashlib.md5(b''.join(digests), usedforsecurity=False).hexdigest()}-{len(digests)}"
