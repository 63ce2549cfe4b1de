"""Make the installation's one secret exactly once and derive every other key from it."""

import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 64
_WAIT_SECONDS = 5.0


class KeyUnusable(Exception):
    """The key is missing, too short, or was not written to its end in time."""


def ensure_key(path: Path) -> bytes:
    """Return the key stored at `path`; create it (0600) when there is none.

    Of many processes that start together exactly one creates the file; the others wait
    until it has its full length and read it. Raises KeyUnusable after five seconds.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_key(path)
    try:
        key = _write_key(handle)
    except BaseException:
        # A half-written key would lock every later start out.
        with suppress(FileNotFoundError):
            path.unlink()
        raise
    _sync_directory(path.parent)
    return key


def parse_key(text: str) -> bytes:
    """Return the bytes of a key given by hand; raise KeyUnusable when it is short."""
    if len(text) < 32:
        raise KeyUnusable("HELPDESK_SECRET_KEY needs at least 32 characters")
    return text.encode()


def derive(key: bytes, purpose: str) -> bytes:
    """Return the 32-byte key of one purpose; no purpose's key reveals another's."""
    info = f"helpdesk:{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key)


def fingerprint(key: bytes) -> str:
    """Return a public name for a secret that says nothing about it."""
    return derive(key, "fingerprint").hex()[:12]


def _write_key(handle: int) -> bytes:
    key = secrets.token_bytes(KEY_BYTES)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def _read_key(path: Path) -> bytes:
    give_up = time.monotonic() + _WAIT_SECONDS
    while True:
        key = path.read_bytes() if path.exists() else b""
        if len(key) == KEY_BYTES:
            return key
        if time.monotonic() > give_up:
            raise KeyUnusable(f"{path} does not hold {KEY_BYTES} bytes")
        time.sleep(0.01)


def _sync_directory(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
