"""The clock that the ledger and recordings.yaml ask; no artefact does."""

from __future__ import annotations

import os
from datetime import UTC, datetime


def read_clock() -> datetime:
    """Now, to the second, in UTC; SOURCE_DATE_EPOCH (reproducible-builds.org) stands in for it."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal() and len(epoch) <= len("99999999999"):
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now(UTC).replace(microsecond=0)
