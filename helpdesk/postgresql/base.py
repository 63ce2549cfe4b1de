"""Begin, commit and roll back by one message each, straight through the driver's C library.

Django turns psycopg's autocommit off and on again around every transaction, and each of the two,
like the commit, goes through psycopg's generators: together they cost a command more than its
rules do. Here autocommit stays on and a transaction is what lies between BEGIN and COMMIT.
"""

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction
from psycopg import OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

_FINE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


def checked(link: Any, result: Any) -> Any:
    """Return a result of libpq, or raise what psycopg would. ``link`` is its connection."""
    if result.status in _FINE:
        return result
    error = error_from_result(result)
    if link.status == ConnStatus.BAD and not isinstance(error, OperationalError):
        raise OperationalError(str(error))
    raise error


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of Django's whose transactions begin and end by a plain message."""

    def _send(self, command: bytes) -> None:
        if self.queries_logged:
            with debug_transaction(self, command.decode()):
                self._send_now(command)
        else:
            self._send_now(command)

    def _send_now(self, command: bytes) -> None:
        link = self.connection.pgconn
        with self.wrap_database_errors:
            checked(link, link.exec_(command))

    def _in_transaction(self) -> bool:
        return bool(self.connection.pgconn.transaction_status != TransactionStatus.IDLE)

    def _start_transaction_under_autocommit(self) -> None:
        # Django calls this, where a backend has it, instead of turning autocommit off.
        self._send(b"BEGIN")

    def _set_autocommit(self, autocommit: bool) -> None:
        if self.connection.autocommit != autocommit:
            super()._set_autocommit(autocommit)  # type: ignore[misc]

    def _commit(self) -> None:
        if self.connection is not None and self._in_transaction():
            self._send(b"COMMIT")

    def _savepoint_rollback(self, sid: str) -> None:
        # Nor a part of it, for the same reason as the whole.
        self._send(self.ops.savepoint_rollback_sql(sid).encode())

    def _rollback(self) -> None:
        # Not by psycopg, which would throw away all statements that are prepared.
        if self.connection is not None and self._in_transaction():
            self._send(b"ROLLBACK")
