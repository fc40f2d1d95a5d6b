"""A booking's own pages, for customers and guests alike, below /bookings/."""

from django.urls import include, path

from accounts.bookings import again, page
from accounts.bookings.changes import cancellation, request, reschedule
from accounts.bookings.receipt import views as receipt

_OF_ONE = [
    path("", page.booking, name="booking"),
    path("calendar.ics", page.booking_calendar, name="booking_calendar"),
    path("link/", page.booking_link, name="booking_link"),
    path("again/", again.book_again, name="book_again"),
    path("order/", again.change_order, name="change_order"),
    path("reschedule/", reschedule.reschedule, name="reschedule"),
    path("cancellation/", cancellation.cancellation, name="cancellation"),
    path("change-request/", request.change_request, name="change_request"),
    path("receipt/", receipt.receipt, name="receipt"),
    path("receipt/file/", receipt.issue_receipt, name="issue_receipt"),
    path("documents/<uuid:document_id>/", receipt.document, name="document"),
]
urlpatterns = [path("bookings/<uuid:booking_id>/", include(_OF_ONE))]
