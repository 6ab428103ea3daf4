"""Every address."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.i18n import set_language

from config import views

admin.autodiscover()
# Whoever is signed in has no form there either: it would ask no second factor.
admin.site.login = require_safe(secure_admin_login(admin.site.login))  # type: ignore[method-assign]
# Their own page for it asks once more who they are, and tells them by mail.
admin.site.password_change = views.own_password  # type: ignore[method-assign, assignment]
admin.site.site_header = "Ninefold"
admin.site.site_title = "Ninefold"
_pages, _app, _name = admin.site.urls
# Not the one that leads from the kind and the key of any row there is to its page.
_pages = [page for page in _pages if getattr(page, "name", "") != "view_on_site"]

urlpatterns = [
    path("", include("schools.urls")),
    path("about/", views.about, name="about"),
    path("health/", views.health, name="health"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("accounts/", include("accounts.urls")),
    path("admin/health/", admin.site.admin_view(views.operators_health), name="operators_health"),
    path("admin/", (_pages, _app, _name)),
    path("api/v1/", include("config.api_urls")),
    path("d/<slug:district_slug>/", include("assessments.urls")),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
