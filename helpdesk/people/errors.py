"""Why a change about people is refused: a code, and its words in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: Mapping[str, str | Promise] = {
    "last_site_admin": _(
        "This is the last active site admin. Give the role to somebody else first."
    ),
    "last_mail_admin": _(
        "This is the last active mail admin. Add another one by the procedure first."
    ),
    "mail_admin_by_procedure": _("Mail admins are changed by the procedure for it."),
    "own_role": _("Nobody gives a role to themselves. Ask another site admin."),
    "role_held": _("They have this role already."),
    "role_not_held": _("They do not have this role any more."),
    "last_role": _("This is their only role. Deactivate them instead."),
    "not_a_member": _("They are not an active member of this company."),
    "already_member": _("Somebody with this address is a member already."),
    "already_invited": _("This address is invited already. Send the invitation again instead."),
    "not_a_leaver": _("They are not deactivated here."),
    "invitation_over": _("This invitation was accepted or revoked already."),
    "no_admin_role": _("They hold no role that a stand-in could take over."),
    "own_stand_in": _("Nobody makes themselves a stand-in. Ask another site admin."),
    "stand_in_twice": _("Somebody stands in during these days already."),
    "substitute_over": _("It has ended already."),
    "erased": _("This account was erased and cannot be opened again."),
    "elsewhere_deactivated": _("This account was ended by the vendor. Ask the vendor."),
}


class Refused(Exception):
    """A change about people is not made; nothing was written."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def words(self) -> str:
        """Say why, in the active language."""
        return str(REASONS[self.code])
