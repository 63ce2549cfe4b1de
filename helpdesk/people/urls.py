"""Addresses of the pages about people."""

from django.urls import path

from helpdesk.people.views import joining, people, person

_PEOPLE = "t/<slug:slug>/people/"
_PERSON = f"{_PEOPLE}<int:person>/"
_INVITATION = f"{_PEOPLE}invitations/<int:invitation>/"

urlpatterns = [
    path("account/invitations/<str:token>/", joining.invitation, name="invitation"),
    path(_PEOPLE, people.people, name="people"),
    path(f"{_PEOPLE}invite/", people.invite, name="people_invite"),
    path(f"{_INVITATION}send-again/", people.send_again, name="invitation_send_again"),
    path(f"{_INVITATION}revoke/", people.revoke, name="invitation_revoke"),
    path(_PERSON, person.person, name="person"),
    path(f"{_PERSON}roles/give/", person.give_role, name="person_give_role"),
    path(f"{_PERSON}roles/take/", person.take_role, name="person_take_role"),
    path(f"{_PERSON}deactivate/", person.deactivate, name="person_deactivate"),
    path(f"{_PERSON}reactivate/", person.reactivate, name="person_reactivate"),
    path(f"{_PERSON}send-link/", person.send_link, name="person_send_link"),
    path(f"{_PERSON}stand-ins/", person.appoint, name="substitute_appoint"),
    path(f"{_PERSON}stand-ins/<int:substitute>/end/", person.end_substitute, name="substitute_end"),
]
