"""Give people what the product knows of them."""

import json

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from helpdesk.models import User
from procedures.personal.export import export_person


@require_POST
def account_export(request: HttpRequest) -> HttpResponse:
    """Answer with the person's own data as a file; six times an hour."""
    user = request.user
    assert isinstance(user, User)
    if not ratelimit.consume(request, action="export_person", user=user):
        return ratelimit.respond_429(request)
    now = timezone.now()
    text = json.dumps(export_person(user, now), ensure_ascii=False, indent=2)
    return HttpResponse(
        text + "\n",
        content_type="application/json; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="helpdesk-{user.pk}-{now:%Y%m%d}.json"',
            "Cache-Control": "no-store",
        },
    )
