"""Which files are taken: the ending and the first bytes must say the same, and it is allowed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from tickets.conversation import archives

# What is looked at of a text: all of it, so that no zero byte hides further in.
CHUNK = 1024 * 1024
_HEADER = re.compile(rb"[!-9;-~]+:[ \t]?[^\r\n]*\r?(?:\n|$)")
_USUAL = (b"from:", b"to:", b"subject:", b"date:", b"message-id:", b"received:", b"return-path:")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class NotTaken(Exception):
    """A file is not taken; ``code`` says why: kind, mismatch, large, empty, bomb, name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: the type it is served as, and how its content is recognised."""

    mime: str
    fits: Callable[[BinaryIO, int], bool]


def _starts(*marks: bytes) -> Callable[[BinaryIO, int], bool]:
    return lambda file, size: file.read(16).startswith(marks)


def _pdf(file: BinaryIO, size: int) -> bool:
    if not re.match(rb"%PDF-[12]\.\d", file.read(8)):
        return False
    file.seek(max(size - 2048, 0))
    return b"%%EOF" in file.read(2048)


def _text(file: BinaryIO, size: int) -> bool:
    """Recognise text in UTF-8, UTF-16 with its mark, or the Korean code page."""
    whole = file.read(size + 1)
    if whole.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decodes(whole, "utf-16")
    if _CONTROL.search(whole):
        return False
    return _decodes(whole, "utf-8") or _decodes(whole, "cp949")


def _decodes(whole: bytes, encoding: str) -> bool:
    try:
        return "\x00" not in whole.decode(encoding)
    except UnicodeDecodeError:
        return False


def _mail(file: BinaryIO, size: int) -> bool:
    """Recognise a message by its first lines: headers, a usual one among them."""
    head = file.read(64 * 1024)
    lines = head.lstrip(b"\xef\xbb\xbf").splitlines(keepends=True)
    names: set[bytes] = set()
    for line in lines:
        if line in (b"\n", b"\r\n") or (names and line[:1] in b" \t"):
            if line.strip():
                continue
            break
        if not _HEADER.match(line):
            return False
        names.add(line.partition(b":")[0].strip().lower() + b":")
    return b"\x00" not in head and bool(names & set(_USUAL))


def _office(folder: str) -> Callable[[BinaryIO, int], bool]:
    return lambda file, size: archives.holds(file, size, folder)


_XML = "application/vnd.openxmlformats-officedocument."
KINDS: Mapping[str, Kind] = {
    "pdf": Kind("application/pdf", _pdf),
    "png": Kind("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "jpg": Kind("image/jpeg", _starts(b"\xff\xd8\xff")),
    "jpeg": Kind("image/jpeg", _starts(b"\xff\xd8\xff")),
    "txt": Kind("text/plain", _text),
    "csv": Kind("text/csv", _text),
    "xlsx": Kind(f"{_XML}spreadsheetml.sheet", _office("xl/")),
    "docx": Kind(f"{_XML}wordprocessingml.document", _office("word/")),
    "eml": Kind("message/rfc822", _mail),
}


def kind_of(name: str, file: BinaryIO, size: int, largest: int) -> str:
    """Return the kind of a file by its ending and content; raises NotTaken.

    Nothing of it is unpacked. ``largest`` is in bytes.
    """
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    kind = KINDS.get(ending)
    if kind is None:
        raise NotTaken("kind")
    if size == 0:
        raise NotTaken("empty")
    if size > largest:
        raise NotTaken("large")
    file.seek(0)
    try:
        fits = kind.fits(file, size)
    except archives.Bomb as error:
        raise NotTaken("bomb") from error
    finally:
        file.seek(0)
    if not fits:
        raise NotTaken("mismatch")
    return ending
