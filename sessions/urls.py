"""Paths for everybody who reads."""

from django.urls import path

from . import feeds, views
from .api import docs

app_name = "sessions"

urlpatterns = [
    path("", views.home, name="home"),
    path("sessions/", views.session_list, name="list"),
    path("sessions/<slug:slug>/", views.session_detail, name="detail"),
    path("sessions/<slug:slug>/session.ics", feeds.session_ics, name="session-ics"),
    path("calendar/series.ics", feeds.series_ics, name="series-ics"),
    path("feed.atom", feeds.feed, name="feed"),
    path("themes/", views.theme_list, name="themes"),
    path("themes/<slug:slug>/", views.theme_detail, name="theme"),
    path("speakers/", views.speaker_list, name="speakers"),
    path("speakers/<int:pk>/", views.speaker_detail, name="speaker"),
    path("figures/", views.figures, name="figures"),
    path("api/", docs.description, name="api"),
    path("documents/<int:pk>/", views.document, name="document"),
    path("pictures/cover/<int:pk>/", views.cover, name="cover"),
    path("pictures/speaker/<int:pk>/", views.photo, name="photo"),
    path("ornaments/<int:number>.svg", views.ornament, name="ornament"),
    path(
        "ornaments/<int:number>-cover.svg",
        views.ornament,
        {"cover": True},
        name="cover-ornament",
    ),
]
