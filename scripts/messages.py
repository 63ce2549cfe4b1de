"""Extract texts for translation into the .po files and compile them, without gettext's tools."""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
APPS = ("audit", "helpdesk", "procedures", "tickets")
type Message = tuple[str, str, str]  # context, singular, plural
type Found = dict[Message, list[str]]


def compile_catalogs() -> None:
    """Write the .mo beside every .po that is newer; refuse a catalog with fuzzy entries."""
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        catalog = polib.pofile(str(source))
        if fuzzy := catalog.fuzzy_entries():
            sys.exit(f"{source.relative_to(ROOT)}: fuzzy: {fuzzy[0].msgid!r}")
        catalog.save_as_mofile(str(target))


def extract_catalogs() -> None:
    """Bring each .po up to date: new texts empty, texts that are gone removed."""
    found: Found = {}
    for name, number, message in all_messages():
        found.setdefault(message, []).append(f"{name}:{number}")
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        old = polib.pofile(str(source), wrapwidth=100)
        new = _merge(old, found)
        new.save(str(source))
        missing = len(new.untranslated_entries())
        print(f"{source.relative_to(ROOT)}: {len(new)} texts, {missing} without translation")


def _merge(old: polib.POFile, found: Found) -> polib.POFile:
    kept = {(entry.msgctxt or "", entry.msgid): entry for entry in old}
    new = polib.POFile(wrapwidth=100)
    new.metadata = old.metadata
    for (context, singular, plural), places in sorted(found.items()):
        before = kept.get((context, singular))
        entry = polib.POEntry(msgid=singular, msgctxt=context or None)
        # Without line numbers: a moved line must not change the catalog.
        names = dict.fromkeys(place.rpartition(":")[0] for place in places)
        entry.occurrences = [(name, "") for name in names]
        if plural:
            entry.msgid_plural = plural
            entry.msgstr_plural = (before and before.msgstr_plural) or {0: ""}
        elif before:
            entry.msgstr = before.msgstr
        if "%(" in singular:
            entry.flags = ["python-format"]
        new.append(entry)
    return new


def all_messages() -> Iterator[tuple[str, int, Message]]:
    """Yield each text of code and templates with its file and line."""
    from django.utils.translation import templatize

    sources = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]
    templates = sorted((ROOT / "templates").rglob("*.html"))
    for path in (*sources, *templates):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            # What templatize leaves is not Python but for the calls; their indent is noise.
            text = re.sub(r"(?m)^[ \t]+", "", templatize(text, origin=str(path)))
        name = str(path.relative_to(ROOT))
        for number, message in _messages(text):
            yield name, number, message


def _messages(text: str) -> Iterator[tuple[int, Message]]:
    from babel.messages.extract import DEFAULT_KEYWORDS, extract

    lazy = {f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext")}
    keywords = {**DEFAULT_KEYWORDS, **lazy, "gettext_noop": None}
    for number, message, _comments, context in extract(
        "python", BytesIO(text.encode()), keywords=keywords
    ):
        parts = (message,) if isinstance(message, str) else message
        if context and parts and parts[0] == context:
            parts = parts[1:]
        singular, plural = (*parts, "")[:2]
        if singular:
            yield number, (context or "", singular, plural or "")


if __name__ == "__main__":
    for word in sys.argv[1:] or ["compile"]:
        {"extract": extract_catalogs, "compile": compile_catalogs}[word]()
