from django.urls import path

from tests.bench.limit import views

urlpatterns = [
    path("bare/", views.ok, name="bare"),
    path("page/", views.page, name="page"),
    path("page-with-queries/", views.page_with_queries, name="page_with_queries"),
    path("fragment/", views.fragment, name="fragment"),
    path("list/", views.trip_list, name="list"),
    path("hook/", views.hook, name="hook"),
    path("trips/<str:code>/", views.page, name="trip"),
]
