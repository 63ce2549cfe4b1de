"""Keep files on the disk, outside of what is served: written whole or not at all."""

import contextlib
import hashlib
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from django.conf import settings

logger = logging.getLogger(__name__)

LARGEST = 20 * 1024 * 1024
MOST = 10
# A file that no row names after this long belongs to nothing that is still being written.
ORPHANED = timedelta(hours=24)
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Stored:
    """A file on the disk that no row names yet."""

    uid: UUID
    name: str
    kind: str
    size: int
    sha256: str


def path_of(uid: UUID) -> Path:
    """Return where the file of an attachment lies."""
    return _root() / uid.hex[:2] / uid.hex


def keep(file: BinaryIO, name: str, kind: str) -> Stored:
    """Write a file under a new number and return what was written; on the disk when it returns.

    Folders are 0700, the file 0600. Raises OSError, and then nothing is left.
    """
    uid = uuid4()
    target = path_of(uid)
    for folder in (settings.MEDIA_ROOT, _root(), target.parent):
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        part.rename(target)
        _sync(target.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Stored(uid, name, kind, size, digest.hexdigest())


def drop(uids: Iterable[UUID]) -> None:
    """Remove files whose rows are gone or never came; what fails is left to the sweep."""
    for uid in uids:
        with contextlib.suppress(OSError):
            path_of(uid).unlink(missing_ok=True)


def digest_of(uid: UUID) -> tuple[str, int] | None:
    """Read a file again and return its SHA-256 and size; None where there is none."""
    try:
        with path_of(uid).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            return digest.hexdigest(), file.tell()
    except OSError:
        return None


def old_files(now: datetime) -> Iterator[Path]:
    """Yield the files that were last written more than a day ago, half-written ones as well."""
    before = (now - ORPHANED).astimezone(UTC).timestamp()
    for folder in sorted(_root().glob("??")):
        for path in sorted(folder.iterdir()):
            with contextlib.suppress(OSError):
                if path.is_file() and path.stat().st_mtime < before:
                    yield path


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "attachments"


def _sync(folder: Path) -> None:
    """Have the folder's entry on the disk as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
