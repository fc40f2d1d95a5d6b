"""The outbox's addresses, for development. The views answer 404 elsewhere."""

from django.urls import path

from booking.notifications import outbox_views

urlpatterns = [
    path("", outbox_views.outbox, name="outbox"),
    path("<int:mail_id>/", outbox_views.outbox_mail, name="outbox_mail"),
    path("<int:mail_id>/html/", outbox_views.outbox_html, name="outbox_html"),
    path("<int:mail_id>/calendar.ics", outbox_views.outbox_calendar, name="outbox_calendar"),
]
