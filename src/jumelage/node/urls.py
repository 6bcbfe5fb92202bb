"""The addresses of a node: bridge and `/api` without language, the rest under /fr/ and /en/."""

from importlib.util import find_spec

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    path("", include("jumelage.shell.plain_urls")),
    path("", include("jumelage.node.watching.urls")),
    path("bridge/", include("jumelage.bridge.urls")),
    path("", include("jumelage.components.studio.kitsu.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    *i18n_patterns(
        path("", include("jumelage.shell.urls")),
        path("directory/", include("jumelage.directory.urls")),
        path("account/", include("allauth.account.urls")),
        path("account/second-factor/", include("allauth.mfa.urls")),
        path("account/single-sign-on/", include("allauth.socialaccount.urls")),
        path("account/sessions/", include("allauth.usersessions.urls")),
        *(
            path(f"{app.rpartition('.')[2]}/", include(f"{app}.urls"))
            for app in settings.COMPONENTS
            if find_spec(f"{app}.urls")
        ),
    ),
]

handler400 = "jumelage.shell.views.errors.bad_request"
handler403 = "jumelage.shell.views.errors.forbidden"
handler404 = "jumelage.shell.views.errors.not_found"
handler500 = "jumelage.shell.views.errors.server_error"
