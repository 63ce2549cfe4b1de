"""Addresses of support's queue."""

from django.urls import URLPattern, URLResolver, path

from tickets.queue.views import answers, assignment, opening, queue, saved, using

_ONE = "vendor/tickets/of/<slug:company>/<str:ref>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("vendor/tickets/", queue.ticket_queue, name="ticket_queue"),
    path("vendor/tickets/views/", saved.ticket_view_save, name="ticket_view_save"),
    path(
        "vendor/tickets/views/<int:number>/<slug:command>/",
        saved.ticket_view_command,
        name="ticket_view_command",
    ),
    path("vendor/tickets/answers/", answers.answer_list, name="answers"),
    path("vendor/tickets/answers/new/", answers.answer_new, name="answer_new"),
    path("vendor/tickets/answers/<int:number>/", answers.answer, name="answer"),
    path(
        "vendor/tickets/answers/<int:number>/<slug:command>/",
        answers.answer_command,
        name="answer_command",
    ),
    path("vendor/tickets/open/", opening.ticket_open_where, name="ticket_open_where"),
    path("vendor/tenants/<slug:company>/open/", opening.ticket_open, name="ticket_open"),
    path(
        "vendor/tenants/<slug:company>/open/<slug:key>/",
        opening.ticket_open,
        name="ticket_open_of",
    ),
    path(f"{_ONE}answers/", using.ticket_answers, name="ticket_answers"),
    path(_ONE, assignment.ticket_assignment, name="ticket_assignment"),
    path(f"{_ONE}<slug:command>/", assignment.ticket_command, name="ticket_command"),
]
