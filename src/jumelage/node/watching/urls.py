"""The addresses for those who watch the node; without language, as machines ask for them."""

from django.urls import path

from jumelage.node.watching import views

app_name = "watching"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]
