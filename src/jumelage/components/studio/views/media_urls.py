"""The addresses of files and of their preparation; `studio.urls` includes them."""

from django.urls import path

from jumelage.components.studio.views import media

_FILE = "versions/<str:uri>/file/"

urlpatterns = [
    path("media/beside/<str:token>", media.attached_picture, name="attached-picture"),
    path("media/<str:token>/<str:name>", media.serve, name="media"),
    path("attachments/<int:pk>/", media.attachment, name="attachment"),
    path("attachments/<int:pk>/picture/", media.attachment_picture, name="attachment-picture"),
    path("versions/<str:uri>/thumbnail/", media.thumbnail, name="thumbnail"),
    path(_FILE, media.progress, name="preparation"),
    path(f"{_FILE}data.json", media.progress_data, name="preparation-data"),
    path(f"{_FILE}cancel/", media.cancel, name="preparation-cancel"),
    path(f"{_FILE}again/", media.again, name="preparation-again"),
    path(f"{_FILE}original/", media.original, name="original"),
    path(f"{_FILE}share/", media.share, name="share-original"),
]
