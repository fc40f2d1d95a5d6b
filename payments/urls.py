"""Below /payments/."""

from django.urls import path

from payments import views, webhook_view

app_name = "payments"
urlpatterns = [
    path("checkout/", views.start_checkout, name="start_checkout"),
    path("return/<uuid:payment_id>/", views.checkout_return, name="checkout_return"),
    path("left/<uuid:payment_id>/", views.checkout_left, name="checkout_left"),
    path("status/<uuid:payment_id>/", views.checkout_status, name="checkout_status"),
    path("retry/<uuid:booking_id>/", views.retry, name="retry"),
    path("stripe/webhook/", webhook_view.stripe_webhook, name="stripe_webhook"),
]
