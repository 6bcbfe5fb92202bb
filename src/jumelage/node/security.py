"""The security settings that follow from a node's configuration."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from jumelage.node.config import NodeConfig, SettingError

PASSWORD_MIN_LENGTH = 12
LARGEST_FORM = 2 * 1024 * 1024
"""Bytes of a form without its files."""
YEAR = 365 * 24 * 3600


def is_https(config: NodeConfig) -> bool:
    """Tell whether people reach the node over TLS (a proxy in front ends it)."""
    return config.public_url.startswith("https://")


def cookie(config: NodeConfig, name: str) -> str:
    """Return the name of a cookie, the node's own.

    Browsers share cookies between the ports of a host: two nodes on one machine must not sign
    each other's people out. `__Host-` pins the cookie to the host and to TLS.
    """
    return f"{'__Host-' if is_https(config) else ''}{config.slug or 'node'}-{name}"


def content_security_policy(config: NodeConfig) -> dict[str, dict[str, list[str]]]:
    """Return the policy: everything from here, nothing inline, never in a frame.

    Films come from the node's other host name, where it has one. Images may be `data:` for the
    QR code of the authenticator app; forms may lead to the single sign-on server, since browsers
    check the redirect as well.
    """
    single_sign_on = [_origin(config.oidc_server)] if config.oidc_server else []
    films = [config.media_origin] if config.media_origin else []
    return {
        "DIRECTIVES": {
            "default-src": [SELF],
            "script-src": [SELF],
            "style-src": [SELF],
            "connect-src": [SELF, *films],
            "frame-src": [NONE],
            "worker-src": [NONE],
            "img-src": [SELF, "data:", "blob:", *films],
            "media-src": [SELF, "blob:", *films],
            "object-src": [NONE],
            "base-uri": [NONE],
            "form-action": [SELF, *single_sign_on],
            "frame-ancestors": [NONE],
        }
    }


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def single_sign_on(config: NodeConfig) -> dict[str, Any]:
    """Return allauth's description of the OpenID Connect server; empty when there is none.

    Raises:
        SettingError: the file with the client secret cannot be read.
    """
    if not config.oidc_server:
        return {}
    application = {
        "provider_id": "city",
        "name": config.name_en or config.slug or "OpenID Connect",
        "client_id": config.oidc_client_id,
        "secret": _client_secret(config.oidc_secret_file),
        "settings": {"server_url": config.oidc_server, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [application]}}


def _client_secret(file: str) -> str:
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = "the file cannot be read"
        raise SettingError(name="oidc_secret_file", value=file, reason=reason) from error


def mail(config: NodeConfig) -> dict[str, Any]:
    """Return Django's e-mail settings: an SMTP server, or files in `data/mail`."""
    host = urlsplit(config.public_url).hostname
    sender = {"DEFAULT_FROM_EMAIL": f"Jumelage <jumelage@{host}>"}
    if not config.email_url:
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return {**sender, "EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": config.data / "mail"}
    parts = urlsplit(config.email_url)
    implicit_tls = parts.scheme == "smtps"
    return {
        **sender,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if implicit_tls else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": implicit_tls,
        "EMAIL_USE_TLS": not implicit_tls and parts.port != 25,
        "EMAIL_TIMEOUT": 20,
    }
