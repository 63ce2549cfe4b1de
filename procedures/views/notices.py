"""What somebody was told: a list, read by pressing."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from procedures import messages
from procedures.models import Notice
from procedures.present.notices import notice_item
from procedures.selectors.notices import notices_of, unread_count
from procedures.views.visit import Visit, tenant_page


@require_safe
@tenant_page
def notices(visit: Visit) -> HttpResponse:
    """Show the notices of this person within this tenant."""
    before = visit.request.GET.get("before", "")
    is_place = before.isascii() and before.isdigit() and len(before) <= 18
    rows, older = notices_of(visit.user, visit.tenant, before=int(before) if is_place else None)
    action = reverse("notices", args=[visit.tenant.slug])
    context = {
        "items": [notice_item(row, visit.tenant.slug) for row in rows],
        "unread": unread_count(visit.user, visit.tenant),
        "older_url": f"{action}?before={older}" if older else "",
    }
    return visit.draw("notices/page.html", context)


@require_POST
@tenant_page
def read_notice(visit: Visit, notice: int) -> HttpResponse:
    """Mark one notice as read and lead to its run, or the page of it that it is about."""
    mine = Notice.objects.filter(pk=notice, recipient=visit.user, run__tenant=visit.tenant)
    found = mine.select_related("run").first()
    if found is None:
        raise Http404
    mine.filter(read_at=None).update(read_at=visit.now)
    if visit.request.POST.get("then") == "run":
        known = messages.find(found.template)
        route = known.route if known else "run"
        return redirect(route, slug=visit.tenant.slug, ref=found.run.reference)
    return redirect("notices", slug=visit.tenant.slug)


@require_POST
@tenant_page
def read_all(visit: Visit) -> HttpResponse:
    """Mark everything as read."""
    unread = Notice.objects.filter(
        recipient=visit.user, run__tenant=visit.tenant, read_at=None, at__lte=visit.now
    )
    unread.update(read_at=visit.now)
    return redirect("notices", slug=visit.tenant.slug)
