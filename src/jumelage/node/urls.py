"""The addresses of a node: the bridge without language, everything else under /fr/ and /en/."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from jumelage.kit.component import components

urlpatterns = [
    path("bridge/", include("jumelage.bridge.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    *i18n_patterns(
        path("", include("jumelage.shell.urls")),
        path("directory/", include("jumelage.directory.urls")),
        path("account/", include("allauth.account.urls")),
        path("account/second-factor/", include("allauth.mfa.urls")),
        path("account/single-sign-on/", include("allauth.socialaccount.urls")),
        path("account/sessions/", include("allauth.usersessions.urls")),
        *(
            path(f"{component.name}/", include(f"jumelage.components.{component.name}.urls"))
            for component in components()
            if find_spec(f"jumelage.components.{component.name}.urls")
        ),
    ),
]
