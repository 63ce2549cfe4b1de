"""Routes of no company: health, language, theme, sign-in links, the front door."""

from tests.matrix.calls import Call, everywhere, sets
from tests.matrix.personas import EVERY_VENDOR, EVERYBODY, INSIDE, SIGNED_IN, mirrored

PUBLIC = everywhere(sets({"page": EVERYBODY}))
PUBLIC_405 = everywhere(sets({"405": EVERYBODY}))
_HEALTH = {"read": PUBLIC, "write": PUBLIC_405, "other": PUBLIC_405, "options": PUBLIC_405}
_CHOICE = {
    "read": PUBLIC_405,
    "write": everywhere(sets({"led on": EVERYBODY})),
    "other": PUBLIC_405,
    "options": PUBLIC_405,
}
# To the first company they belong to; the vendor's people without one to their own pages.
_LED_ON = INSIDE | mirrored(INSIDE) | EVERY_VENDOR

CALLS = (
    Call("livez", fragment=True, **_HEALTH),
    Call("readyz", fragment=True, **_HEALTH),
    Call("set_language", body={"language": "en"}, **_CHOICE),
    Call("set_theme", body={"theme": "dark"}, **_CHOICE),
    # Links are for the demo on one's own machine; elsewhere there are none.
    Call(
        "signin_link",
        where={"token": "=zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"},
        read=everywhere(sets({"404": EVERYBODY})),
        write=everywhere(sets({"404": EVERYBODY})),
        other=PUBLIC_405,
        options=PUBLIC_405,
    ),
    Call("styleguide", read=everywhere(sets({"page": SIGNED_IN}))),
    Call(
        "home",
        read=everywhere(sets({"led on": _LED_ON, "page": SIGNED_IN - _LED_ON})),
    ),
)
