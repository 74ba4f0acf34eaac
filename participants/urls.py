"""Paths for people who register."""

from django.urls import path

from . import views
from .check_mail import check_mail
from .confirmation import genuine
from .public_figures import session_figures
from .substitution import substitute

app_name = "participants"

urlpatterns = [
    path("sessions/<slug:slug>/register/", views.register, name="register"),
    path("sessions/<slug:slug>/register/sent/", check_mail, name="check-mail"),
    path("sessions/<slug:slug>/figures/", session_figures, name="figures"),
    path("registrations/<str:token>/", views.registration, name="registration"),
    path("registrations/<str:token>/confirm/", views.confirm, name="confirm"),
    path("registrations/<str:token>/change/", views.change, name="change"),
    path("registrations/<str:token>/cancel/", views.cancel, name="cancel"),
    path("registrations/<str:token>/substitute/", substitute, name="substitute"),
    path("registrations/<str:token>/letter/", views.letter, name="letter"),
    path("registrations/<str:token>/data/", views.my_data, name="my-data"),
    path("registrations/<str:token>/withdraw/", views.withdraw, name="withdraw"),
    path("registrations/<str:token>/erase/", views.erase, name="erase"),
    path("confirmations/<str:code>/", genuine, name="genuine"),
]
