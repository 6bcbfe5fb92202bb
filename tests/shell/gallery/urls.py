"""The node's addresses and the gallery."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from jumelage.node import urls as node
from tests.shell.gallery import views

handler400, handler403 = node.handler400, node.handler403
handler404, handler500 = node.handler404, node.handler500
urlpatterns = [
    *i18n_patterns(
        path("gallery/", views.gallery, name="gallery"),
        path("gallery/commitment/", views.commitment, name="gallery-commitment"),
        path("gallery/form/", views.form, name="gallery-form"),
    ),
    *node.urlpatterns,
]
