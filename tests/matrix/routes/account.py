"""Routes of one's own account: they know no company, and show everybody their own."""

from typing import Any

from tests.matrix.calls import Call, Expected, everywhere, sets
from tests.matrix.personas import EVERYBODY, SIGNED_IN, Names, mirrored, named

# Who has an app for codes, and who has none.
_CODES = named("several_a") | mirrored(named("several_a"))


def mine(outcome: str, names: Names = SIGNED_IN, rest: str = "404") -> Expected:
    """Expect this for the signed-in; the others are asked to sign in."""
    return everywhere(sets({outcome: names}, rest))


def anybody(outcome: str) -> Expected:
    """Expect this for everybody."""
    return everywhere(sets({outcome: EVERYBODY}))


def split(signed_in: str, signed_out: str) -> Expected:
    """Expect this for those who are signed in, that for those who are not."""
    return everywhere(sets({signed_in: SIGNED_IN} if signed_in != signed_out else {},
                           rest=signed_in, out=signed_out))  # fmt: skip


def _always(expected: Expected) -> dict[str, Expected]:
    return {"write": expected, "other": expected, "options": expected}


# Django's class-based views answer OPTIONS, and take PUT for POST.
_OWN: dict[str, Any] = {"options": mine("page")}
_PUBLIC: dict[str, Any] = {
    "write": anybody("405"), "other": anybody("405"), "options": anybody("page"),
}  # fmt: skip
_SHOWN: dict[str, Any] = {"read": anybody("page"), **_PUBLIC}
_AWAY = split("led on", "sign-in")
_NOT_FOR_SIGNED_IN = {"write": split("led on", "page"), "put": split("led on", "page")}
_SURE = everywhere(sets({"2fa/reauthenticate": _CODES}, rest="reauthenticate"))
_CODES_SURE = mine("2fa/reauthenticate", _CODES)
_KEY = {"key": "=abc-def"}
_PASSWORDS = {
    "oldpassword": "nicht dieses Wort", "password1": "eine andere Kette 8",
    "password2": "eine andere Kette 8",
}  # fmt: skip

CALLS = (
    Call("account_overview", read=mine("page")),
    Call("account_export", write=mine("page"), fragment=True, own=True),
    Call("usersessions_list", read=mine("page"), write=mine("led on")),
    Call("usersessions_list", {}, "of another", {"session": "1"}, write=mine("404"),
         read=mine("page")),
    Call("account_email", read=mine("page"), write=mine("led on"), put=mine("led on"), **_OWN),
    Call("account_change_password", body=_PASSWORDS, read=mine("page"), write=mine("page"),
         put=mine("page"), **_OWN),
    # Everybody here has a password; setting a first one leads to changing it.
    Call("account_set_password", read=mine("led on"), write=mine("led on"), put=mine("led on"),
         other=mine("led on"), options=mine("led on")),
    Call("account_reauthenticate", read=mine("page"), write=mine("page"), put=mine("page"),
         **_OWN),
    Call("account_login", body={"login": "nobody@hanbit.example", "password": "falsch"},
         read=split("led on", "page"), **_NOT_FOR_SIGNED_IN,
         other=split("led on", "405"), options=split("led on", "page")),
    Call("account_logout", read=split("page", "sign-in"), write=anybody("sign-in"),
         other=anybody("405"), options=anybody("page")),
    # Nobody signs up; whoever comes is told so.
    Call("account_signup", read=split("led on", "page"), **_NOT_FOR_SIGNED_IN,
         other=split("led on", "page"), options=split("led on", "page")),
    Call("account_inactive", **_SHOWN),
    Call("account_email_verification_sent", **_SHOWN),
    Call("account_confirm_email", _KEY, **_SHOWN | {"write": anybody("404")}),
    Call("account_reset_password", body={"email": "nobody@hanbit.example"},
         read=anybody("page"), write=anybody("led on"), put=anybody("page"),
         other=anybody("405"), options=anybody("page")),
    Call("account_reset_password_done", **_SHOWN),
    Call("account_reset_password_from_key_done", **_SHOWN),
    # A link that is none says so, whatever is done with it.
    Call("account_reset_password_from_key", {"uidb36": "=1a", "key": "=abc-def"},
         read=anybody("page"), write=anybody("page"), other=anybody("page"),
         options=anybody("page")),
    Call("account_confirm_login_code", read=_AWAY, write=_AWAY, other=_AWAY, options=_AWAY),
    Call("mfa_index", read=mine("page"), **_OWN),
    Call("mfa_authenticate", read=_AWAY, write=_AWAY, other=_AWAY, options=_AWAY),
    Call("mfa_reauthenticate", read=mine("page", _CODES, "reauthenticate"),
         **_always(mine("page", _CODES, "reauthenticate"))),
    # Whoever has not shown their password or code lately is asked for it first.
    Call("mfa_activate_totp", body={"code": "000000"}, read=_SURE, **_always(_SURE)),
    Call("mfa_generate_recovery_codes", read=_SURE, **_always(_SURE)),
    Call("mfa_deactivate_totp", read=_CODES_SURE, **_always(_CODES_SURE)),
    Call("mfa_view_recovery_codes", read=_CODES_SURE, **_OWN),
    Call("mfa_download_recovery_codes", read=_CODES_SURE, **_always(_CODES_SURE), fragment=True),
)  # fmt: skip
