"""The addresses of the open data, included by `agreement.urls` in its own namespace."""

from django.urls import path

from jumelage.components.agreement.exports import views

urlpatterns = [
    path("<slug:partnership>/data/<int:year>.zip", views.all_files, name="export-all"),
    path("<slug:partnership>/data/<int:year>/<str:name>", views.activity_file, name="export"),
    path(
        "<slug:partnership>/text/<slug:slug>.<str:language>.akn",
        views.text_file,
        name="export-text",
    ),
]
