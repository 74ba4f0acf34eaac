"""Paths for people who register."""

from django.urls import path

from . import delegation_pages, letters, names, returning, views
from .check_mail import check_mail
from .confirmation import genuine
from .public_figures import session_figures
from .register import register
from .substitution import substitute

app_name = "participants"

urlpatterns = [
    path("names/countries.json", names.countries, name="country-names"),
    path("names/delegations.json", names.delegations, name="delegation-names"),
    path("names/organizations.json", names.organisations, name="organisation-names"),
    path("my-registration/", returning.ask, name="my-links"),
    path("sessions/<slug:slug>/register/", register, name="register"),
    path("sessions/<slug:slug>/register/sent/", check_mail, name="check-mail"),
    path("sessions/<slug:slug>/figures/", session_figures, name="figures"),
    path("registrations/<str:token>/", views.registration, name="registration"),
    path("registrations/<str:token>/confirm/", views.confirm, name="confirm"),
    path("registrations/<str:token>/change/", views.change, name="change"),
    path("registrations/<str:token>/cancel/", views.cancel, name="cancel"),
    path("registrations/<str:token>/substitute/", substitute, name="substitute"),
    path(
        "registrations/<str:token>/visa-letter/",
        views.visa_letter,
        name="visa-letter",
    ),
    path("registrations/<str:token>/data/", views.my_data, name="my-data"),
    path("registrations/<str:token>/withdraw/", views.withdraw, name="withdraw"),
    path("registrations/<str:token>/erase/", views.erase, name="erase"),
    path("confirmations/<str:code>/", genuine, name="genuine"),
    path("registrations/<str:token>/again/", returning.again, name="again"),
    path("registrations/<str:token>/letter/", letters.send, name="letter"),
    path(
        "registrations/<str:token>/letter/<int:pk>/",
        letters.mine,
        name="letter-file",
    ),
    path("delegations/<str:token>/", delegation_pages.choose, name="delegation"),
    path(
        "delegations/<str:token>/<slug:slug>/",
        delegation_pages.people,
        name="delegation-people",
    ),
    path(
        "delegations/<str:token>/<slug:slug>/register/",
        delegation_pages.register,
        name="delegation-register",
    ),
    path(
        "delegations/<str:token>/<slug:slug>/table.csv",
        delegation_pages.table,
        name="delegation-table",
    ),
    path(
        "delegations/<str:token>/<slug:slug>/letter/",
        delegation_pages.letter,
        name="delegation-letter",
    ),
    path(
        "delegations/<str:token>/<slug:slug>/substitute/<int:pk>/",
        delegation_pages.substitute,
        name="delegation-substitute",
    ),
]
