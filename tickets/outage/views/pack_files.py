"""The pack as files: plain text, one archive with everything."""

from django.http import Http404, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procedures.change import Loaded
from procedures.present.language import language, say
from procedures.rules.base import Text
from procedures.views.run import RunVisit
from tickets import page
from tickets.outage import archive, outlook
from tickets.outage.access import of_change
from tickets.outage.calendar_file import fixed_window
from tickets.outage.state import window_of
from tickets.outage.texts import LANGUAGES, Ready, texts_of
from tickets.outage.versions import Version, current_of, versions_of

_HEAD = Text(
    "{reference} 공지 묶음 {number}판\n작업 시작: {work_start}\n서비스 재개 예정: {work_end}",
    "{reference} outage pack, version {number}\nStart: {work_start}\nPlanned resumption: "
    "{work_end}",
)


@require_safe
@of_change
def pack_text(visit: RunVisit) -> HttpResponse:
    """Download all texts as one plain file, in the language asked for."""
    loaded = page.load(visit)
    ready, current = _ready(visit, loaded)
    wanted = "en" if visit.request.GET.get("language") == "en" else "ko"
    text = archive.plain(ready, _head(visit, current, wanted), wanted)
    name = f"{visit.run.reference}-v{current.number}-{wanted}.txt"
    return HttpResponse(
        text.encode("utf-8-sig"),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@of_change
def pack_zip(visit: RunVisit) -> HttpResponse:
    """Download the pack as one file."""
    loaded = page.load(visit)
    ready, current = _ready(visit, loaded)
    rows: list[list[object]] = [[_("Address"), _("Confirmed"), _("At")]]
    rows += [
        [one["address"], _("yes") if one["done"] else _("no"), one["at"] or ""]
        for one in outlook.rows_of(loaded)
    ]
    heads = {one: _head(visit, current, one) for one in LANGUAGES}
    calendar = fixed_window(visit.run, language(), visit.now)
    content = archive.pack(ready, heads, rows, calendar, visit.now)
    name = f"{visit.run.reference}-v{current.number}.zip"
    return HttpResponse(
        content,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _ready(visit: RunVisit, loaded: Loaded) -> tuple[list[Ready], Version]:
    """Return the texts of the current version; without a fixed date there is no file."""
    window = window_of(loaded, visit.now)
    current, before = current_of(window, versions_of(loaded))
    if current is None:
        raise Http404
    return texts_of(loaded, window, current, before), current


def _head(visit: RunVisit, version: Version, wanted: str) -> str:
    with translation.override(wanted):
        return say(
            _HEAD,
            {
                "reference": visit.run.reference,
                "number": version.number,
                "work_start": version.start,
                "work_end": version.end,
            },
        )
