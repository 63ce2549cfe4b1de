"""Addresses of one's own account; what is not here is allauth's own page in our look."""

from allauth.decorators import rate_limit
from django.urls import path

from helpdesk import account_views as views

urlpatterns = [
    path("", views.overview, name="account_overview"),
    path("sessions/", views.session_list, name="usersessions_list"),
    path(
        "email/", rate_limit(action="manage_email")(views.EmailView.as_view()), name="account_email"
    ),
    path("2fa/totp/activate/", views.ActivateView.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", views.DeactivateView.as_view(), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", views.CodesView.as_view(), name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        views.NewCodesView.as_view(),
        name="mfa_generate_recovery_codes",
    ),
]
