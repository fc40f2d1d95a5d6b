"""Below /pay/: what people who pay by a mail's link see."""

from django.urls import path

from payments.links import views

app_name = "payment_links"
urlpatterns = [
    path("for/<uuid:link_id>/", views.payment_link, name="link"),
    path("<str:token>/", views.open_link, name="open"),
]
