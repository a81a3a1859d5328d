"""Runs one command and writes down what it took: `child.py RESULT.json COMMAND…`.

A process of its own, because the kernel counts what the parent had in memory when it started a command as the
command's: the parent must be this small one. It imports nothing that it doesn't need, for the same reason.
"""

import json
import os
import subprocess
import sys
import time

BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024


def run(command: list[str]) -> dict[str, float | int | None]:
    """Wall and CPU seconds, peak bytes in memory (of the largest process), exit code; None where unknown."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    if not hasattr(os, "wait4"):  # Windows
        code = process.wait()
        return {"wall_s": time.perf_counter() - start, "cpu_s": None, "peak_bytes": None, "code": code}
    _, status, usage = os.wait4(process.pid, 0)
    return {
        "wall_s": time.perf_counter() - start,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_bytes": usage.ru_maxrss * BYTES_PER_UNIT,
        "code": os.waitstatus_to_exitcode(status),
    }


if __name__ == "__main__":
    measured = run(sys.argv[2:])
    with open(sys.argv[1], "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs memory
        json.dump(measured, file)
