"""Make a name safe that somebody gave a file: to show, to store, and to save it under."""

import re
import unicodedata

LONGEST = 120
# What turns the writing around, hides, or ends a line.
_HIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_RESERVED = re.compile(r'[<>:"|?*\\/]')
_DEVICES = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)")


def safe_name(given: str) -> str:
    """Return the last part of a name without what could mislead, its ending kept.

    At most 120 bytes of UTF-8 on any system. Empty where nothing is left of it.
    """
    name = unicodedata.normalize("NFC", given.replace("\\", "/").rpartition("/")[2])
    # Surrogates that no text may hold go, too.
    name = name.encode("utf-8", "ignore").decode()
    name = _RESERVED.sub("_", _HIDDEN.sub("", name))
    name = " ".join(name.split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem.strip(". "):
        return ""
    stem = _shortened(stem.rstrip(". "), LONGEST - len(ending.encode()) - 1)
    name = f"{stem}.{ending}"
    return f"_{name}" if _DEVICES.match(name) else name


def _shortened(text: str, most: int) -> str:
    return text.encode()[: max(most, 1)].decode(errors="ignore").rstrip(". ") or "_"
