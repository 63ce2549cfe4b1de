"""Save a view of the queue, rename it, begin with it, delete it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.vendor.standing import Sitting, vendor_page
from tickets.queue import saved
from tickets.queue.asked import Asked
from tickets.queue.forms import SaveViewForm, ViewNameForm
from tickets.queue.models import SavedView
from tickets.queue.views.queue import draw_queue


@require_POST
@vendor_page("view.save")
def ticket_view_save(sitting: Sitting) -> HttpResponse:
    """Save what is shown under a name."""
    form = SaveViewForm(sitting.request.POST, auto_id="save_%s")
    asked = Asked.parse(sitting.request.POST.get("query", ""))
    if not form.is_valid():
        return draw_queue(sitting, asked=asked, save_form=form, status=422)
    told = form.cleaned_data
    try:
        saved.save(sitting.user, told["name"], asked, is_default=told["is_default"])
    except saved.NotSaved as error:
        form.add_error("name", _why(error))
        return draw_queue(sitting, asked=asked, save_form=form, status=422)
    messages.success(sitting.request, _("The view was saved."))
    return _to(asked)


@require_POST
@vendor_page("view.save")
def ticket_view_command(sitting: Sitting, number: int, command: str) -> HttpResponse:
    """Rename a view, delete it, or let the queue begin with it."""
    view = SavedView.objects.filter(user=sitting.user, pk=number).select_related("user").first()
    if view is None or command not in {"rename", *saved.COMMANDS}:
        raise Http404
    asked = Asked.parse(view.query)
    if command != "rename":
        saved.COMMANDS[command](view)
        return _to(Asked() if command == "delete" else asked)
    form = ViewNameForm(sitting.request.POST)
    if form.is_valid():
        try:
            saved.rename(view, form.cleaned_data["name"])
        except saved.NotSaved as error:
            form.add_error("name", _why(error))
        else:
            return _to(asked)
    return draw_queue(sitting, asked=asked, name_form=form, status=422)


def _why(error: saved.NotSaved) -> str:
    words = {
        "name_taken": _("You have a view of this name already."),
        "too_many": _("You have %(most)s views. Delete one first.") % {"most": saved.MOST},
    }
    return words[error.code]


def _to(asked: Asked) -> HttpResponse:
    answer = redirect(f"{reverse('ticket_queue')}?{asked.query or 'state=open'}")
    answer.status_code = 303
    return answer
