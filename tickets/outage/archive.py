"""A pack as one file: texts in both languages, the list of Outlook users, the calendar entry."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime

from tickets.outage.cells import to_csv
from tickets.outage.texts import LANGUAGES, Ready


def plain(texts: Iterable[Ready], head: str, language: str) -> str:
    """Write the texts of a pack below one another, for a file or a printer."""
    parts = [head]
    for one in texts:
        title = one.title.ko if language == "ko" else one.title.en
        parts.append(f"== {title}\n\n{one.bodies[language]}")
    return "\n\n\n".join(parts) + "\n"


def pack(
    texts: Iterable[Ready],
    heads: Mapping[str, str],
    users: Iterable[Iterable[object]],
    calendar: bytes,
    now: datetime,
) -> bytes:
    """Return a zip: a file a text and language, the users as CSV, the window as .ics."""
    ready = list(texts)
    files: dict[str, bytes] = {}
    for language in LANGUAGES:
        files[f"all-{language}.txt"] = plain(ready, heads[language], language).encode("utf-8-sig")
        for one in ready:
            body = one.bodies[language]
            files[f"{one.key}-{language}.txt"] = body.encode("utf-8-sig")
    files["outlook-users.csv"] = to_csv([*map(list, users)])
    if calendar:
        files["window.ics"] = calendar
    stored = io.BytesIO()
    stamp = (now.year, now.month, now.day, now.hour, now.minute, now.second)
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, stamp), content)
    return stored.getvalue()
