"""Templates for answers: everybody at the vendor reads them, managers write and retire them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.vendor.standing import Sitting, vendor_page
from tickets.queue import answers
from tickets.queue.answer_forms import AnswerForm, form_of
from tickets.queue.models import AnswerTemplate
from tickets.queue.placeholders import NAMES

MANAGE = answers.COMMAND


@require_safe
@vendor_page("answer.use")
def answer_list(sitting: Sitting) -> HttpResponse:
    """List the templates; managers see those out of use as well."""
    rows = AnswerTemplate.objects.order_by("position", "pk")
    kept = [one for one in rows if one.retired_at is None]
    retired = [one for one in rows if one.retired_at is not None]
    context = {
        "answers": [_shown(one) for one in kept],
        "retired": [_shown(one) for one in retired] if sitting.may(MANAGE) else [],
        "names": names(),
        "crumbs": _crumbs(_("Templates for answers")),
    }
    return sitting.draw("tickets/queue/answers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@vendor_page(MANAGE)
def answer_new(sitting: Sitting) -> HttpResponse:
    """Write a new template."""
    asked = sitting.request.method == "POST"
    form = AnswerForm(sitting.request.POST) if asked else AnswerForm()
    if asked and form.is_valid():
        try:
            answers.create(form.texts, actor=sitting.user, now=sitting.now)
        except answers.TitleTaken:
            form.add_error(None, _title_taken())
        else:
            messages.success(sitting.request, _("The template is in use."))
            return _to_list()
    return _page(sitting, form, _("New template"), status=422 if asked else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@vendor_page("answer.use")
def answer(sitting: Sitting, number: int) -> HttpResponse:
    """Show a template; a manager changes it."""
    found = _found(number)
    if sitting.request.method != "POST":
        return _page(sitting, form_of(found), _title(found), template=found)
    if not sitting.may(MANAGE):
        raise PermissionDenied
    form = AnswerForm(sitting.request.POST)
    if not form.is_valid():
        return _page(sitting, form, _title(found), template=found, status=422)
    seen = form.cleaned_data["seen"] or 0
    try:
        different = answers.change(
            found, form.texts, seen=seen, actor=sitting.user, now=sitting.now
        )
    except answers.TitleTaken:
        form.add_error(None, _title_taken())
        return _page(sitting, form, _title(found), template=found, status=422)
    except answers.Changed as changed:
        return _came_back(sitting, form, changed.stored)
    words = _("The template was changed.") if different else _("Nothing was different.")
    messages.success(sitting.request, words)
    return _to_list()


@require_POST
@vendor_page(MANAGE)
def answer_command(sitting: Sitting, number: int, command: str) -> HttpResponse:
    """Retire a template, or take it into use again."""
    found = _found(number)
    move = {"retire": answers.retire, "restore": answers.restore}.get(command)
    if move is None:
        raise Http404
    try:
        move(found, actor=sitting.user, now=sitting.now)
    except answers.TitleTaken:
        messages.error(sitting.request, _title_taken())
    return _to_list()


def names() -> list[dict[str, str]]:
    """List what can stand in braces and what it means."""
    return [{"name": f"{{{name}}}", "text": str(text)} for name, text in NAMES.items()]


def _came_back(sitting: Sitting, form: AnswerForm, stored: AnswerTemplate) -> HttpResponse:
    """Keep what was typed, show what is stored now, and take it as seen."""
    typed = sitting.request.POST.copy()
    typed["seen"] = str(stored.number)
    kept = AnswerForm(typed)
    kept.is_valid()
    moved = [
        {"term": kept.fields[name].label, "value": getattr(stored, name)}
        for name in answers.TEXTS
        if getattr(stored, name) != form.texts[name]
    ]
    return _page(sitting, kept, _title(stored), template=stored, moved=moved, status=409)


def _page(
    sitting: Sitting,
    form: AnswerForm,
    title: str,
    *,
    template: AnswerTemplate | None = None,
    moved: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    place = {"label": _("Templates for answers"), "href": reverse("answers")}
    context = {
        "form": form,
        "title": title,
        "template": template,
        "shown": _shown(template) if template else None,
        "moved": moved,
        "names": names(),
        "crumbs": [*_crumbs("")[:1], place, {"label": title, "href": ""}],
    }
    return sitting.draw("tickets/queue/answer.html", context, status=status)


def _found(number: int) -> AnswerTemplate:
    found = AnswerTemplate.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _title(template: AnswerTemplate) -> str:
    return template.title_en if get_language() == "en" else template.title_ko


def _shown(template: AnswerTemplate) -> dict[str, Any]:
    return {
        "title": _title(template),
        "href": reverse("answer", args=[template.pk]),
        "ko": template.body_ko,
        "en": template.body_en,
        "restore_href": reverse("answer_command", args=[template.pk, "restore"]),
        "retire_href": reverse("answer_command", args=[template.pk, "retire"]),
        "retired": template.retired_at,
    }


def _crumbs(label: str) -> list[dict[str, str]]:
    return [
        {"label": _("Tickets"), "href": reverse("ticket_queue")},
        {"label": label, "href": ""},
    ]


def _title_taken() -> str:
    return _("Another template in use has one of these titles.")


def _to_list() -> HttpResponse:
    back = redirect("answers")
    back.status_code = 303
    return back
