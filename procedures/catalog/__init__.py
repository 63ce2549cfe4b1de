"""Every procedure of the FAQ, in the order of the FAQ."""

from collections.abc import Mapping

from procedures.catalog.allowed_countries import ALLOWED_COUNTRIES
from procedures.catalog.domain_change import DOMAIN_CHANGE
from procedures.catalog.dormant_account import DORMANT_ACCOUNT
from procedures.catalog.external_user_mail import EXTERNAL_USER_MAIL
from procedures.catalog.godomall_mx import GODOMALL_MX
from procedures.catalog.mail_admin_change import MAIL_ADMIN_CHANGE
from procedures.catalog.mail_backup import MAIL_BACKUP
from procedures.catalog.mail_recovery import MAIL_RECOVERY
from procedures.catalog.mailing_list import MAILING_LIST
from procedures.catalog.representative_mail import REPRESENTATIVE_MAIL
from procedures.catalog.service_sync import SERVICE_SYNC
from procedures.definition import Procedure

PROCEDURES: tuple[Procedure, ...] = (
    SERVICE_SYNC,
    MAIL_ADMIN_CHANGE,
    EXTERNAL_USER_MAIL,
    REPRESENTATIVE_MAIL,
    MAILING_LIST,
    MAIL_RECOVERY,
    ALLOWED_COUNTRIES,
    DORMANT_ACCOUNT,
    MAIL_BACKUP,
    DOMAIN_CHANGE,
    GODOMALL_MX,
)
BY_KEY: Mapping[str, Procedure] = {procedure.key: procedure for procedure in PROCEDURES}
