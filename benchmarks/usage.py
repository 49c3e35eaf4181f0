"""What a server uses, and what its child processes use: seconds of CPU, and memory. Linux only."""

import os
import time
from pathlib import Path
from typing import NamedTuple

from lib.ui.served import SOON

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Usage(NamedTuple):
    """Of one process, or of several together."""

    seconds: float  # of CPU, in all threads
    megabytes: float  # resident


def idle(pid, seconds=2):
    """Wait until the process has done next to nothing for a while: soon after its start it compresses files."""
    time.sleep(SOON)
    before = -1.0
    while (now := usage(pid)[0].seconds) - before > 0.02 * seconds:
        before = now
        time.sleep(seconds)


def usage(pid):
    """What the process has used so far, and what its children have, those that have ended included."""
    stats = _stats()
    children = _family(pid, stats)
    ended = sum(map(int, stats[pid][13:15])) / TICKS
    alive = [_used(stats[one], 11, 15) for one in children]
    return (
        _used(stats[pid], 11, 13),
        Usage(ended + sum(one.seconds for one in alive), sum(one.megabytes for one in alive)),
    )


def _used(stat, first, end):
    return Usage(sum(map(int, stat[first:end])) / TICKS, int(stat[21]) * PAGE / 2**20)


def _family(pid, stats):
    """All children of a process, and theirs."""
    found = [one for one, stat in stats.items() if int(stat[1]) == pid]
    return found + [one for child in found for one in _family(child, stats)]


def _stats():
    """Process number -> the fields of its /proc/…/stat from the state on; see proc(5)."""
    stats = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            stats[int(file.parent.name)] = file.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
    return stats
