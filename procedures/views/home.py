"""The front door: to support's queue, the person's first company, or a word about having none."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from helpdesk.access import belongs_to
from helpdesk.models import Tenant, User
from helpdesk.permissions import may
from helpdesk.vendor.standing import vendor_roles


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead the vendor's people to their tickets, others to the work of their first tenant."""
    user = request.user
    assert isinstance(user, User)
    if may(vendor_roles(user), "ticket.see_queue"):
        return redirect("ticket_queue")
    first = Tenant.objects.filter(belongs_to(user, timezone.now())).order_by("name").first()
    if first is None:
        return render(request, "home/nobody.html")
    return redirect("my_work", slug=first.slug)
