"""Lead back to where a person was: to a path of this installation, never to another place."""

import unicodedata

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_local(target: str) -> bool:
    """Tell whether a target is a path on this host and nothing a browser could read otherwise.

    Browsers take two slashes of any kind for another host, and drop control characters.
    """
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    if any(unicodedata.category(letter)[0] == "C" for letter in target):
        return False
    return url_has_allowed_host_and_scheme(target, allowed_hosts=None)


def local_or(target: str, fallback: str) -> str:
    """Return the target if it is local, else the fallback."""
    return target if is_local(target) else fallback


def next_of(request: HttpRequest) -> str:
    """Return the local path that a form or an address names as ``next``; empty without one."""
    return local_or(request.POST.get("next") or request.GET.get("next") or "", "")
