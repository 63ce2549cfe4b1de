"""Where the parts meet: every address of the installation."""

from django.urls import include, path

from helpdesk import health, language, signin

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("account/", include("allauth.urls")),
    path("signin/<str:token>/", signin.open_link, name="signin_link"),
    path("i18n/setlang/", language.set_language, name="set_language"),
    path("", include("procedures.urls")),
]

handler400 = "helpdesk.errors.bad_request"
handler403 = "helpdesk.errors.forbidden"
handler404 = "helpdesk.errors.not_found"
handler500 = "helpdesk.errors.server_error"
