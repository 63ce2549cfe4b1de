"""Every route of the project and who gets what of it. A route that is not here fails the tests."""

from tests.matrix.calls import Call
from tests.matrix.routes import account, people, plain, runs, tenant, vendor

CALLS: tuple[Call, ...] = (
    *plain.CALLS,
    *account.CALLS,
    *tenant.CALLS,
    *runs.CALLS,
    *people.CALLS,
    *vendor.CALLS,
)
