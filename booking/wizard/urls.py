"""The wizard's addresses. Included by booking/urls.py under the name `booking`."""

from django.urls import path

from booking.wizard.views import interest, later, place, price, review, steps

urlpatterns = [
    path("book/", later.start, name="start"),
    path("book/where/", interest.where, name="where"),
    path("book/where/place/", place.use_place, name="use_place"),
    path("book/what/", steps.what, name="what"),
    path("book/when/", steps.when, name="when"),
    path("book/who/", steps.who, name="who"),
    path("book/review/", review.review, name="review"),
    path("book/price/", price.price, name="price"),
    path("book/interest/", interest.interest, name="interest"),
    path("book/later/", later.save_for_later, name="save_for_later"),
    path("book/resume/<str:token>/", later.resume, name="resume"),
]
