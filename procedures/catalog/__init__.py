"""Every procedure of the FAQ, in the order of the FAQ."""

from collections.abc import Mapping

from procedures.catalog.mail_recovery import MAIL_RECOVERY
from procedures.definition import Procedure

PROCEDURES: tuple[Procedure, ...] = (MAIL_RECOVERY,)
BY_KEY: Mapping[str, Procedure] = {procedure.key: procedure for procedure in PROCEDURES}
