"""Answer 503 where the database was busy or away; the same may be sent again."""

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.log import log_response

from helpdesk import errors
from helpdesk.middleware import GetResponse

AGAIN_SECONDS = 1
# PostgreSQL: lock not available, deadlock, serialization failure, statement cancelled by its limit.
_WAITED = frozenset({"55P03", "40P01", "40001", "57014"})


class BusyMiddleware:
    """Turn what a view raises of a busy or absent database into our page, not a 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; only what a view raises is looked at."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 503 with Retry-After in seconds; the view's transaction is rolled back by now."""
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        response = errors.busy(AGAIN_SECONDS)
        # As after a 500, nothing of the session is stored: that would ask the same database.
        request.session.modified = False
        waited = _waited(error)
        log_response(
            "Database busy (%s): %s",
            type(error.__cause__ or error).__name__,
            request.path,
            response=response,
            request=request,
            level="warning" if waited else "error",
            # Who waited too long for a lock says nothing by where it stood; the rest might.
            exception=None if waited else error,
        )
        return response


def _waited(error: Exception) -> bool:
    """Tell a lock that was not to be had in time from a database that is away or broken."""
    cause = error.__cause__
    name = getattr(cause, "sqlite_errorname", "")
    return getattr(cause, "sqlstate", None) in _WAITED or name.startswith(
        ("SQLITE_BUSY", "SQLITE_LOCKED")
    )
