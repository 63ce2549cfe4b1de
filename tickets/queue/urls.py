"""Addresses of support's queue."""

from django.urls import URLPattern, URLResolver, path

from tickets.queue.views import assignment, opening, queue, saved

_ONE = "vendor/tickets/of/<slug:company>/<str:ref>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("vendor/tickets/", queue.ticket_queue, name="ticket_queue"),
    path("vendor/tickets/views/", saved.ticket_view_save, name="ticket_view_save"),
    path(
        "vendor/tickets/views/<int:number>/<slug:command>/",
        saved.ticket_view_command,
        name="ticket_view_command",
    ),
    path("vendor/tickets/open/", opening.ticket_open_where, name="ticket_open_where"),
    path("vendor/tenants/<slug:company>/open/", opening.ticket_open, name="ticket_open"),
    path(
        "vendor/tenants/<slug:company>/open/<slug:key>/",
        opening.ticket_open,
        name="ticket_open_of",
    ),
    path(_ONE, assignment.ticket_assignment, name="ticket_assignment"),
    path(f"{_ONE}<slug:command>/", assignment.ticket_command, name="ticket_command"),
]
