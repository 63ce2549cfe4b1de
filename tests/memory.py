"""Where throw-away databases lie: in memory where there is room, since none outlives its tests."""

import os
import shutil
from pathlib import Path

_SHARED = Path("/dev/shm")
# Both templates, their copies and PostgreSQL's log of a part; containers often have 64 MB only.
_ROOM = 2 * 1024**3


def folder() -> str | None:
    """Return a folder in memory, or None for the usual place of temporary files."""
    if not os.access(_SHARED, os.W_OK) or shutil.disk_usage(_SHARED).free < _ROOM:
        return None
    return str(_SHARED)
