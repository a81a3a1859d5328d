"""What the cloud SDK says when something fails, as errors that advise and give no secret away."""

from __future__ import annotations

import os
import re

from boto3.exceptions import Boto3Error
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    SSLError,
)
from botocore.exceptions import (
    ConnectionError as NoConnection,
)

from podtool.errors import PublishError

GONE = frozenset({"404", "NoSuchKey", "NotFound"})
FAILURES = (ClientError, BotoCoreError, Boto3Error, OSError, ValueError)
"""All that the SDK raises; ValueError is what it makes of an endpoint that is no address."""
_AGAIN = "publish again: what is done stays done"
_KEYS = (
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or fill ~/.aws/credentials; in a "
    "pipeline, take them from its secrets"
)
_BY_CODE = {
    "AccessDenied": "these credentials need ListBucket, GetObject, PutObject and DeleteObject there",
    "403": "these credentials need ListBucket, GetObject, PutObject and DeleteObject there",
    "NoSuchBucket": "make the bucket first, or look at its name and at AWS_ENDPOINT_URL_S3",
    "InvalidAccessKeyId": f"the server doesn't know that key: {_KEYS}, and look at AWS_ENDPOINT_URL_S3",
    "SignatureDoesNotMatch": "the secret doesn't fit the key, or a proxy changes requests: look at both",
    "AuthorizationHeaderMalformed": "look at AWS_REGION: the bucket lies in another",
    "PermanentRedirect": "look at AWS_REGION: the bucket lies in another",
    "RequestTimeTooSkewed": "this machine's clock is wrong",
    "ExpiredToken": "sign in again: the session has ended",
    "EntityTooLarge": "the server takes no such large files, or the quota is used up: make room",
    "QuotaExceeded": "the quota is used up: make room and publish again",
    "507": "the server's disk is full: make room and publish again",
    "InvalidArgument": "the server and the SDK disagree: look at AWS_ENDPOINT_URL_S3 and AWS_REGION",
}
"""What to do, by the server's error code."""
_BY_KIND: tuple[tuple[type[BaseException], str, str], ...] = (
    (NoCredentialsError, "there are no credentials", _KEYS),
    (PartialCredentialsError, "the credentials are incomplete", _KEYS),
    (CredentialRetrievalError, "the credentials can't be had", "sign in again, or look at ~/.aws/config"),
    (ProfileNotFound, "there is no such profile", "look at AWS_PROFILE and ~/.aws/config"),
    (SSLError, "the server's certificate can't be trusted", "look at AWS_ENDPOINT_URL_S3 and AWS_CA_BUNDLE"),
    (
        EndpointConnectionError,
        "nobody answers",
        "look at AWS_ENDPOINT_URL_S3, AWS_REGION and at your network",
    ),
    (ConnectTimeoutError, "nobody answers", "look at AWS_ENDPOINT_URL_S3, AWS_REGION and at your network"),
    (ReadTimeoutError, "the server stopped answering", _AGAIN),
    (NoConnection, "the connection broke", f"look at your network, then {_AGAIN}"),
    (HTTPClientError, "the connection broke", f"look at your network, then {_AGAIN}"),
    (Boto3Error, "the transfer failed", f"look at your network, then {_AGAIN}"),
    (BotoCoreError, "the SDK refuses", "look at the AWS_… variables and at ~/.aws/config"),
    (ValueError, "the endpoint is no address", "look at AWS_ENDPOINT_URL_S3"),
    (OSError, "the connection broke or a file can't be read", _AGAIN),
)
_SECRETS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID")


def code_of(error: BaseException) -> str:
    """The server's error code; empty where it never came to that."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def told(error: BaseException, what: str) -> PublishError:
    """`error` in words: what could not be done, why, what next."""
    inner = _root(error)
    if code := code_of(inner):
        said = (
            str(inner.response.get("Error", {}).get("Message", "")) if isinstance(inner, ClientError) else ""
        )
        reason = f"{code} {_masked(said)}".strip()
        return PublishError(f"{what}: the server says {reason}", hint=_BY_CODE.get(code, _AGAIN))
    # Their own words may hold the endpoint with a password, or a signed address: only their kind is told.
    reason, hint = next(
        ((reason, hint) for kind, reason, hint in _BY_KIND if isinstance(inner, kind)), ("it failed", _AGAIN)
    )
    return PublishError(f"{what}: {reason} ({type(inner).__name__})", hint=hint)


def _root(error: BaseException) -> BaseException:
    """The SDK's transfers wrap what happened; a `ClientError` inside says more."""
    inner = error.__cause__ or error.__context__
    return inner if isinstance(error, Boto3Error) and inner is not None else error


def _masked(text: str) -> str:
    plain = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text)[:200]
    for name in _SECRETS:
        if secret := os.environ.get(name):
            plain = plain.replace(secret, "•••")
    return plain
