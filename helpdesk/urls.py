"""Where the parts meet: every address of the installation."""

from django.urls import include, path

from helpdesk import health, language, signin
from helpdesk.styleguide import styleguide
from helpdesk.theme import set_theme

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("account/", include("helpdesk.account_urls")),
    path("", include("helpdesk.people.urls")),
    path("", include("helpdesk.vendor.urls")),
    path("account/", include("allauth.urls")),
    path("signin/<str:token>/", signin.open_link, name="signin_link"),
    path("i18n/setlang/", language.set_language, name="set_language"),
    path("theme/", set_theme, name="set_theme"),
    path("styleguide/", styleguide, name="styleguide"),
    path("", include("tickets.urls")),
    path("", include("procedures.urls")),
]

handler400 = "helpdesk.errors.bad_request"
handler403 = "helpdesk.errors.forbidden"
handler404 = "helpdesk.errors.not_found"
handler500 = "helpdesk.errors.server_error"
