"""The conversation of a run: read it, add to it, keep what is half written."""

from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import TooManyFilesSent
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from helpdesk.limits import takes_up_to
from helpdesk.permissions import may
from procedures.views.run import RunVisit, load
from tickets import page as frame
from tickets.conversation import drafts, initial, present, vault, visit
from tickets.conversation.arranged import arranged
from tickets.conversation.forms import INTERNAL, CommentForm
from tickets.conversation.readers import readers_of
from tickets.conversation.views.sending import send

BUSY = 503
# Ten files of the largest size, and what the other fields hold.
LARGEST_BODY = vault.MOST * vault.LARGEST + 1024 * 1024


def _few_files(view: Any) -> Any:
    """Say at the field that there are too many files, before anything else reads the form."""

    @wraps(view)
    def answer(request: Any, talk: RunVisit) -> HttpResponse:
        try:
            _ = request.POST
        except TooManyFilesSent:
            return draw(talk, status=413, problem=too_many())
        response: HttpResponse = view(request, talk)
        return response

    return answer


def too_many() -> str:
    """Say that there are too many files, and where what was typed is."""
    words = _("At most %(count)s files at once. Nothing was sent; what you typed is in the draft.")
    return words % {"count": vault.MOST}


def _handed(view: Any) -> Any:
    """Turn a view of a request into one of a visit, for what wraps requests."""

    @wraps(view)
    def answer(talk: RunVisit) -> HttpResponse:
        response: HttpResponse = view(talk.request, talk)
        return response

    return answer


# The token is asked for further in: nothing of a large body is read for whoever sees no run.
@csrf_exempt
@takes_up_to(LARGEST_BODY)
@visit.of_talk
@_handed
@_few_files
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: Any, talk: RunVisit) -> HttpResponse:
    """Show the conversation; add a comment; keep or forget a draft."""
    if request.method != "POST":
        return draw(talk)
    then = request.POST.get("then", "")
    if then in ("draft", "autosave", "discard"):
        return _draft(talk, then)
    form = present.make_form(talk.run, talk.now, data=request.POST, files=request.FILES)
    status = send(talk, form)
    if status == BUSY:
        # The same form, under the same id, can be sent again.
        response = draw(talk, form=form, status=status)
        response["Retry-After"] = "1"
        return response
    if status:
        form.renew()
        return draw(talk, form=form, status=status)
    return see_talk(talk)


def draw(
    talk: RunVisit, form: CommentForm | None = None, status: int = 200, problem: str = ""
) -> HttpResponse:
    """Draw the page of the conversation."""
    slug = talk.tenant.slug
    before = _uuid(talk.request.GET.get("before", ""))
    if before is not None and form is None:
        context = present.live_part(talk.run, talk.user, slug, talk.now, since=None, before=before)
    else:
        first = initial.text_for(talk.request, talk.run, talk.now)
        context = present.section(talk.run, talk.user, slug, talk.now, form=form, first=first)
    context = {"talk": context, "talk_problem": problem, "arranged": arranged(talk.run)}
    loaded = load(talk)
    if not may(loaded.actor.roles, "talk.see"):
        raise Http404
    title = _("Conversation")
    return frame.draw(talk, loaded, "conversation/page.html", context, title, status)


def see_talk(talk: RunVisit) -> HttpResponse:
    """Lead to the conversation on the run's page."""
    response = HttpResponseRedirect(
        reverse("run", args=[talk.tenant.slug, talk.run.reference]) + "#talk"
    )
    response.status_code = 303
    return response


def _draft(talk: RunVisit, then: str) -> HttpResponse:
    """Keep what is typed; files are chosen again when it is sent."""
    data = talk.request.POST
    if then == "discard":
        drafts.forget(talk.user, talk.run)
        return see_talk(talk)
    chosen = data.get("visibility", "") if visit.reads_internal(talk.run) else ""
    ticked = set(data.getlist("people"))
    kept = drafts.keep(
        talk.user,
        talk.run,
        text=data.get("text", "").replace("\x00", "").replace("\r\n", "\n"),
        internal=None if chosen not in ("public", INTERNAL) else chosen == INTERNAL,
        people=[one.id for one in readers_of(talk.run, talk.now) if str(one.id) in ticked],
        now=talk.now,
        submission=_uuid(data.get("submission", "")),
    )
    if then == "autosave":
        return HttpResponse(status=204)
    if kept:
        messages.success(talk.request, _("The draft is kept. Files are chosen when you send it."))
    return see_talk(talk)


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
