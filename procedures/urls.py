"""Addresses of the pages."""

from django.urls import path

from procedures.views import (
    commands,
    home,
    ledger,
    live,
    notices,
    personal,
    procedures,
    run,
    runs,
    search,
    work,
)

_TENANT = "t/<slug:slug>/"
_RUN = f"{_TENANT}runs/<slug:ref>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("account/export/", personal.account_export, name="account_export"),
    path(_TENANT, work.my_work, name="my_work"),
    path(f"{_TENANT}search/", search.search, name="search"),
    path(f"{_TENANT}procedures/", procedures.procedure_list, name="procedure_list"),
    path(f"{_TENANT}procedures/<slug:key>/", procedures.procedure, name="procedure"),
    path(f"{_TENANT}ledger/", ledger.ledger, name="ledger"),
    path(f"{_TENANT}ledger/outside/", ledger.claim_outside, name="ledger_outside"),
    path(f"{_TENANT}ledger/<int:claim>/give-back/", ledger.give_back, name="ledger_give_back"),
    path(f"{_TENANT}notices/", notices.notices, name="notices"),
    path(f"{_TENANT}notices/read/", notices.read_all, name="notices_read"),
    path(f"{_TENANT}notices/<int:notice>/read/", notices.read_notice, name="notice_read"),
    path(f"{_TENANT}runs/", runs.run_list, name="run_list"),
    path(_RUN, run.run_page, name="run"),
    path(f"{_RUN}live/", live.run_live, name="run_live"),
    path(
        f"{_RUN}steps/<slug:step>/<slug:command>/", commands.step_command, name="run_step_command"
    ),
    path(f"{_RUN}<slug:command>/", commands.run_command, name="run_command"),
]
