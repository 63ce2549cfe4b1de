"""Look into office files, which are archives, by what they declare; nothing is unpacked."""

import struct
import zipfile
from typing import BinaryIO

# An office file has some dozens of parts, and text packs well; a bomb packs a thousand to one.
MOST_PARTS = 2_000
LARGEST_INDEX = 512 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
SMALL = 1024 * 1024
WORST_RATIO = 200
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_END_SIZE = 22
_ENCRYPTED = 0x1
# Stored as it is, or deflated: what office programs write.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class Bomb(Exception):
    """The archive declares more than it may hold, or is made to mislead."""


def holds(file: BinaryIO, size: int, folder: str) -> bool:
    """Say whether an archive is an office file with this folder; raises Bomb.

    A name that leads out of the archive, an encrypted part or a wrong index is none either.
    """
    file.seek(0)
    if file.read(4) != b"PK\x03\x04" or not _index_is_small(file, size):
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError, struct.error):
        return False
    _weigh(parts, size)
    names = [part.filename for part in parts]
    if any(_leads_out(name) for name in names) or len(names) != len(set(names)):
        return False
    if any(part.flag_bits & _ENCRYPTED or part.compress_type not in _METHODS for part in parts):
        return False
    return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)


def _index_is_small(file: BinaryIO, size: int) -> bool:
    """Read the end of the archive before its index is: the index itself may be a bomb."""
    file.seek(max(size - 65_557, 0))
    tail = file.read(65_557)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_SIZE:
        return False
    count, index = struct.unpack("<HL", tail[at + 10 : at + 16])
    if _END_64 in tail[max(at - 20, 0) : at] or count > MOST_PARTS or index > LARGEST_INDEX:
        raise Bomb
    return True


def _weigh(parts: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED or packed > size:
        raise Bomb
    if unpacked > SMALL and unpacked > WORST_RATIO * max(size, 1):
        raise Bomb
    for part in parts:
        if part.file_size > SMALL and part.file_size > WORST_RATIO * max(part.compress_size, 1):
            raise Bomb


def _leads_out(name: str) -> bool:
    return (
        name.startswith(("/", "\\"))
        or "\\" in name
        or ".." in name.split("/")
        or "\x00" in name
        or ":" in name
    )
