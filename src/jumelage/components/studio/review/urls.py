"""The addresses of the review; `studio.urls` includes them."""

from django.urls import path

from jumelage.components.studio.views import playlists, publishing, review

urlpatterns = [
    path("tasks/<str:uri>/publish/", publishing.publish_version, name="publish"),
    path("versions/<str:uri>/", review.version_page, name="version"),
    path("versions/<str:uri>/withdraw/", publishing.withdraw, name="withdraw-version"),
    path("versions/<str:uri>/review.json", review.version_data, name="version-data"),
    path("versions/<str:uri>/drawings/", review.annotate, name="version-annotate"),
    path("versions/<str:uri>/say/", review.say, name="version-say"),
    path("versions/<str:uri>/stand/", review.stand, name="version-stand"),
    path("versions/<str:uri>/frames/", review.noted_frames, name="version-frames"),
    path("versions/<str:uri>/frames.zip", review.frames_zip, name="version-frames-zip"),
    path("versions/<str:uri>/frames/<int:frame>.png", review.frame_picture, name="version-frame"),
    path("versions/<str:uri>/notes.otio", review.version_markers, name="version-markers"),
    path("productions/<str:uri>/playlists/", playlists.playlist_list, name="playlists"),
    path("productions/<str:uri>/playlists/new/", playlists.make, name="make-playlist"),
    path("playlists/<str:uri>/", playlists.playlist_sheet, name="playlist"),
    path("playlists/<str:uri>/change/", playlists.change, name="change-playlist"),
    path("playlists/<str:uri>/ask/", playlists.ask, name="ask-for-playlist"),
    path("playlists/<str:uri>/withdraw/", playlists.withdraw, name="withdraw-playlist"),
    path("playlists/<str:uri>/notes.otio", playlists.playlist_markers, name="playlist-markers"),
    path("playlists/<str:uri>/frames.zip", playlists.playlist_frames, name="playlist-frames-zip"),
    path("sequences/<str:uri>/sheet/", review.sequence_sheet, name="sequence-sheet"),
]
