"""Addresses: the admin, then every public page under its language."""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from sessions.api import api

from . import views

admin.site.enable_nav_sidebar = False  # lists of people need the width
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.choose_language, name="root"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("admin/", admin.site.urls),
    path("account/", include("wipoconv.staff.urls")),
    path("language/", set_language, name="set_language"),
    path("api/v1/", api.urls),
    *i18n_patterns(
        path("", include("sessions.urls")),
        path("", include("participants.urls")),
        path("accessibility/", views.accessibility, name="accessibility"),
        path("privacy/", views.privacy, name="privacy"),
    ),
]

handler400 = "wipoconv.views.bad_request"
handler403 = "wipoconv.views.permission_denied"
handler429 = "wipoconv.views.too_many_requests"
handler404 = "wipoconv.views.page_not_found"
handler500 = "wipoconv.views.server_error"
