"""Every procedure of the FAQ, in the order of the FAQ."""

from collections.abc import Mapping

from procedures.catalog.allowed_countries import ALLOWED_COUNTRIES
from procedures.catalog.domain_change import DOMAIN_CHANGE
from procedures.catalog.dormant_account import DORMANT_ACCOUNT
from procedures.catalog.godomall_mx import GODOMALL_MX
from procedures.catalog.mail_backup import MAIL_BACKUP
from procedures.catalog.mail_recovery import MAIL_RECOVERY
from procedures.definition import Procedure

PROCEDURES: tuple[Procedure, ...] = (
    MAIL_RECOVERY,
    ALLOWED_COUNTRIES,
    DORMANT_ACCOUNT,
    MAIL_BACKUP,
    DOMAIN_CHANGE,
    GODOMALL_MX,
)
BY_KEY: Mapping[str, Procedure] = {procedure.key: procedure for procedure in PROCEDURES}
