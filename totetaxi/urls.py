"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from totetaxi import styleguide, views

urlpatterns = [
    path("payments/", include("payments.urls")),
    path("pay/", include("payments.links.urls")),
    path("", include("accounts.urls")),
    path("", include("staff.urls")),
    path("account/", include("accounts.identity.urls")),
    path("", include("booking.page_urls")),
    path("", include("booking.urls")),
    path("healthz/", views.healthz, name="healthz"),
    path("admin/", admin.site.urls),
]

# What only developers see: the mail that was not sent, and every component.
if settings.OUTBOX_SHOWN:
    urlpatterns += [
        path("outbox/", include("booking.notifications.outbox_urls")),
        path("styleguide/", styleguide.styleguide, name="styleguide"),
    ]
