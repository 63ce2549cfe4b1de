"""Files that somebody could send in the hope that they become more than files."""

import io
import struct
import zipfile
from dataclasses import dataclass

from tests.tickets.conversation.talking import MAIL, PDF, PNG, office

HTML = b"<!DOCTYPE html><script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Hostile:
    """A file, and whether it is refused (why) or comes back as a download of this name."""

    what: str
    name: str
    content: bytes
    refused: str = ""
    back: str = ""


def stored(*parts: tuple[str, bytes], folder: str = "xl") -> bytes:
    """Make an office file with these parts besides."""
    return office(folder, *parts)


def declared(size: int) -> bytes:
    """Make an office file whose one part says that it unpacks to so many bytes."""
    whole = bytearray(stored(("xl/big.xml", b"\x00" * 1000)))
    at = whole.rfind(b"PK\x01\x02")
    whole[at + 24 : at + 28] = struct.pack("<L", size)
    return bytes(whole)


def many_parts(count: int) -> bytes:
    """Make an office file of very many empty parts."""
    return stored(*((f"xl/{number}.xml", b"") for number in range(count)))


def encrypted() -> bytes:
    """Make an office file that says one part is encrypted."""
    whole = bytearray(stored())
    at = whole.rfind(b"PK\x01\x02")
    whole[at + 8] |= 1
    return bytes(whole)


def long_index() -> bytes:
    """Make an archive whose end lies about how long its index is."""
    whole = bytearray(stored())
    at = whole.rfind(b"PK\x05\x06")
    whole[at + 12 : at + 16] = struct.pack("<L", 64 * MEBIBYTE)
    return bytes(whole)


def twice() -> bytes:
    """Make an office file with one part twice: which one counts depends on who reads it."""
    held = io.BytesIO(stored())
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(held, "a") as archive:
            archive.writestr("xl/main.xml", "<evil/>")
    return held.getvalue()


BOMB = stored(("xl/bomb.xml", b"\x00" * (40 * MEBIBYTE)))
_KIND, _MISMATCH, _BOMB = "받지 않는 파일 형식", "내용이 파일 이름과 다릅니다", "지나치게 커지는"
_LARGE, _EMPTY = "20 MiB보다 큽니다", "빈 파일입니다"

FILES = (
    # By ending.
    Hostile("a page", "page.html", HTML, _KIND),
    Hostile("a page in capitals", "PAGE.HTM", HTML, _KIND),
    Hostile("a drawing with a script", "logo.svg", SVG, _KIND),
    Hostile("XHTML", "page.xhtml", HTML, _KIND),
    Hostile("a program", "setup.exe", b"MZ\x90\x00", _KIND),
    Hostile("a script", "run.js", b"alert(1)", _KIND),
    Hostile("a shortcut", "link.url", b"[InternetShortcut]\nURL=//evil.example", _KIND),
    Hostile("a sheet with macros", "sheet.xlsm", stored(), _KIND),
    Hostile("an archive", "all.zip", stored(), _KIND),
    Hostile("no ending", "README", b"hello", _KIND),
    Hostile("an ending alone", ".txt", b"hello", _KIND),
    Hostile("a page behind a picture's name", "photo.png.html", HTML, _KIND),
    Hostile("an ending of letters that look alike", "a.рdf", PDF, _KIND),
    Hostile("an ending after a dot at the end", "page.html.", HTML, _KIND),
    # By content.
    Hostile("a page called a picture", "photo.png", HTML, _MISMATCH),
    Hostile("a drawing called a picture", "photo.jpg", SVG, _MISMATCH),
    Hostile("a page called a document", "invoice.pdf", HTML, _MISMATCH),
    Hostile("a document behind a page", "invoice.pdf", HTML + PDF, _MISMATCH),
    Hostile("a program called a text", "notes.txt", b"MZ\x90\x00\x03\x00\x00\x00", _MISMATCH),
    Hostile("a text with a zero byte", "notes.csv", b"a,b\n1,\x002\n", _MISMATCH),
    Hostile("a picture called a photograph", "photo.jpeg", PNG, _MISMATCH),
    Hostile("a document called a sheet", "sheet.xlsx", office("word"), _MISMATCH),
    Hostile("an archive called a document", "letter.docx", stored(("a/b", b"x")), _MISMATCH),
    Hostile("a page called a mail", "mail.eml", HTML, _MISMATCH),
    Hostile("a page before an archive", "sheet.xlsx", HTML + stored(), _MISMATCH),
    Hostile("half an archive", "sheet.xlsx", stored()[:-30], _MISMATCH),
    Hostile("an encrypted sheet", "sheet.xlsx", encrypted(), _MISMATCH),
    Hostile("a part twice", "sheet.xlsx", twice(), _MISMATCH),
    Hostile("nothing", "empty.txt", b"", _EMPTY),
    # By size, as declared.
    Hostile("a bomb", "sheet.xlsx", BOMB, _BOMB),
    Hostile("a bomb that says so", "sheet.xlsx", declared(0xFFFFFFF0), _BOMB),
    Hostile("very many parts", "sheet.xlsx", many_parts(2_001), _BOMB),
    Hostile("an index that is said to be long", "letter.docx", long_index(), _BOMB),
    Hostile("one byte too large", "big.txt", b"x" * (20 * MEBIBYTE + 1), _LARGE),
    # Out of the archive.
    Hostile("a part above", "sheet.xlsx", stored(("xl/../../../x", b"x")), _MISMATCH),
    Hostile("a part at the root", "sheet.xlsx", stored(("/etc/passwd", b"x")), _MISMATCH),
    # Taken, and harmless when they come back.
    Hostile("a page called a text", "page.txt", HTML, back="page.txt"),
    Hostile("a drawing called a table", "logo.csv", SVG, back="logo.csv"),
    Hostile("formulas", "sum.csv", b"=cmd|' /C calc'!A0,1\n", back="sum.csv"),
    Hostile("a picture with a page in it", "photo.png", PNG + HTML, back="photo.png"),
    Hostile("a document with a page in it", "a.pdf", PDF[:9] + HTML + PDF, back="a.pdf"),
    Hostile("a mail with a page in it", "mail.eml", MAIL + HTML, back="mail.eml"),
    Hostile("a way up", "../../x/../secret.txt", b"x", back="secret.txt"),
    Hostile("a way up of another system", "..\\..\\secret.txt", b"x", back="secret.txt"),
    Hostile("turned around", "invoice\u202efdp.txt", b"x", back="invoicefdp.txt"),
    Hostile("letters without width", "a\u200bb\ufeff.txt", b"x", back="ab.txt"),
    Hostile("a device", "CON.txt", b"x", back="_CON.txt"),
    Hostile("a device with more", "aux.tar.txt", b"x", back="_aux.tar.txt"),
    Hostile("signs of the shell", 'a"b|c?*<>:d.txt', b"x", back="a_b_c_____d.txt"),
    Hostile("a very long name", "가" * 100 + ".txt", b"x", back="가" * 38 + ".txt"),
    Hostile("only dots before", "...hidden.txt", b"x", back="hidden.txt"),
    Hostile("an ending in capitals", "A.TXT", b"x", back="A.TXT"),
)
