"""Locks that tell whether the run that writes a file still lives: the system frees them when it dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform == "win32":

    def try_lock(descriptor: int) -> bool:
        """An open file can't be removed: that is the lock."""
        del descriptor
        return True

    def removed_if_dead(path: Path) -> bool:
        """Removes a file unless somebody has it open; True when it was removed."""
        try:
            path.unlink()
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(descriptor: int) -> bool:
        """Tries to lock a file until it is closed; False where somebody has it, or there are no locks."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def removed_if_dead(path: Path) -> bool:
        """Removes a file unless somebody has locked it; True when it was removed."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            return False
        try:
            dead = try_lock(descriptor)
            if dead:
                # While we hold the lock: its maker, should it be about to take it, looks again afterwards.
                path.unlink(missing_ok=True)
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return dead
