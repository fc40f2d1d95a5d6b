"""Every dollar explained, spelled out from the root."""

from django.urls import path

from staff.money import views

urlpatterns = [
    path("staff/money/", views.money, name="money"),
    path("staff/money/comparison/", views.compare_money, name="compare_money"),
    path("staff/money/report/", views.money_report, name="money_report"),
    path("staff/money/report/export/", views.export_money_report, name="export_money_report"),
    path(
        "staff/money/movements/<uuid:movement_id>/",
        views.explain_movement,
        name="explain_movement",
    ),
]
