"""The settings of a node: one typed dataclass, read from `node.toml` and the environment."""

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy

from jumelage.kit.city import Accent, City
from jumelage.kit.errors import JumelageError
from jumelage.kit.i18n import Bilingual
from jumelage.node import checks


class SettingError(JumelageError):
    """The setting {name} cannot be “{value}”: {reason}."""

    exit_code = 3


class SettingsFileError(JumelageError):
    """The settings file {file} cannot be read: {reason}."""

    exit_code = 3


def _told(
    doc: str, *, check: Callable[[Any], str] = checks.anything, secret: bool = False
) -> dict[str, Any]:
    """Return what is known of a setting besides its type: purpose, accepted values, secrecy."""
    return {"doc": doc, "check": check, "secret": secret}


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConfig:
    """Every setting of a node; `JUMELAGE_<NAME>` in the environment wins over `node.toml`."""

    data: Path = field(
        default=Path("var/node"), metadata=_told("Folder with everything this node owns.")
    )
    slug: str = field(
        default="", metadata=_told("Short name of the city in addresses.", check=checks.slug)
    )
    name_fr: str = field(default="", metadata=_told("Name of the city in French."))
    name_en: str = field(default="", metadata=_told("Name of the city in English."))
    country: str = field(
        default="", metadata=_told("ISO 3166-1 alpha-2 code.", check=checks.country)
    )
    time_zone: str = field(
        default="UTC", metadata=_told("IANA time zone of the city.", check=checks.time_zone)
    )
    language: str = field(
        default="en", metadata=_told("First language of the city: fr or en.", check=checks.language)
    )
    accent_light: str = field(
        default="#35607a",
        metadata=_told("Accent colour on light paper, #rrggbb.", check=checks.colour),
    )
    accent_dark: str = field(
        default="#8bb7cd",
        metadata=_told("Accent colour on dark paper, #rrggbb.", check=checks.colour),
    )
    host: str = field(default="127.0.0.1", metadata=_told("Address the web server listens on."))
    port: int = field(
        default=8075, metadata=_told("Port the web server listens on.", check=checks.port)
    )
    url: str = field(
        default="",
        metadata=_told(
            "Public address of the node; default http://host:port.", check=checks.web_address
        ),
    )
    database_url: str = field(
        default="",
        metadata=_told(
            "postgresql://user:password@host/name; empty means SQLite in data.",
            check=checks.database_address,
            secret=True,
        ),
    )
    email_url: str = field(
        default="",
        metadata=_told(
            "smtp://user:password@host:587; empty writes to data/mail.",
            check=checks.mail_address,
            secret=True,
        ),
    )
    demonstration: bool = field(
        default=False, metadata=_told("Say on every page that the activity is invented.")
    )
    log_level: str = field(
        default="info",
        metadata=_told(
            "Least important line to log: debug, info, warning or error.", check=checks.level
        ),
    )
    log_format: str = field(
        default="plain",
        metadata=_told("How lines are logged: plain or json.", check=checks.log_format),
    )
    metrics_token_file: str = field(
        default="",
        metadata=_told("File with the token that opens /metrics; empty: to this machine only."),
    )
    line_down_minutes: int = field(
        default=5,
        metadata=_told(
            "Minutes a line may be down before administrators get an e-mail.",
            check=checks.not_negative,
        ),
    )
    backup_days: int = field(
        default=2,
        metadata=_told(
            "Days after which a missing backup is an alert; 0: never.", check=checks.not_negative
        ),
    )
    studio_view_days: int = field(
        default=365,
        metadata=_told(
            "Days the log of views of the studio is kept; 0: for ever.", check=checks.not_negative
        ),
    )
    drill_days: int = field(
        default=14,
        metadata=_told(
            "Days after which a missing restore drill is an alert; 0: never.",
            check=checks.not_negative,
        ),
    )
    bridge_peer_rate: int = field(
        default=64,
        metadata=_told(
            "Megabytes a second that one paired node may copy; 0 is without limit.",
            check=checks.not_negative,
        ),
    )
    freight_port: int = field(
        default=7373,
        metadata=_told(
            "TCP and UDP port that freight arrives on; 0: none, files come through the web port.",
            check=checks.port,
        ),
    )
    freight_host: str = field(
        default="",
        metadata=_told(
            "Address freight listens on; empty: `host` for a local node, else every one."
        ),
    )
    freight_address: str = field(
        default="",
        metadata=_told(
            "Host name other cities send freight to; empty: that of the public address."
        ),
    )
    freight_store: str = field(
        default="",
        metadata=_told(
            "Where delivered files are kept: a folder, or s3://bucket/prefix; empty: freight/store in the data folder."
        ),
    )
    freight_quota: int = field(
        default=500,
        metadata=_told(
            "Gigabytes that delivered files may fill; 0: as long as the disk has room.",
            check=checks.not_negative,
        ),
    )
    freight_rate: int = field(
        default=0,
        metadata=_told(
            "Megabits a second that all freight leaving this node may take; 0: the whole line.",
            check=checks.not_negative,
        ),
    )
    freight_ask: bool = field(
        default=False,
        metadata=_told("Whether a person accepts each delivery before it comes in."),
    )
    media_url: str = field(
        default="",
        metadata=_told(
            "Address of the node under another host name, for the studio's films and pictures: no cookie goes there; empty: the public address.",
            check=checks.web_address,
        ),
    )
    media_store: str = field(
        default="",
        metadata=_told(
            "Folder of the studio's files, which every machine with workers sees; empty: studio in the data folder."
        ),
    )
    media_upload: int = field(
        default=20,
        metadata=_told(
            "Gigabytes that one upload to the studio may have.", check=checks.not_negative
        ),
    )
    janus: bool = field(
        default=False,
        metadata=_told("Start Janus with the node: calls of more than four, and recording."),
    )
    janus_address: str = field(
        default="",
        metadata=_told(
            "Addresses of this machine that Janus offers to browsers, with commas; empty: every one."
        ),
    )
    janus_public_address: str = field(
        default="",
        metadata=_told("Address the world sees instead, behind address translation; empty: none."),
    )
    janus_ports: str = field(
        default="10000-10999",
        metadata=_told(
            "UDP ports of Janus that browsers of both cities reach.", check=checks.ports
        ),
    )
    recording_days: int = field(
        default=90,
        metadata=_told("Days a recording is kept; 0: for ever.", check=checks.not_negative),
    )
    stun_address: str = field(
        default="",
        metadata=_told("STUN servers for calls: stun:host:3478, with commas; empty: none."),
    )
    turn_address: str = field(
        default="",
        metadata=_told("TURN servers for calls: turn:host:3478, turns:host:5349; empty: none."),
    )
    turn_secret_file: str = field(
        default="", metadata=_told("File with the secret shared with coturn.")
    )
    livekit_url: str = field(
        default="",
        metadata=_told("LiveKit server for large calls, wss://host; empty: none. Not run here."),
    )
    livekit_key: str = field(default="", metadata=_told("API key at that server."))
    livekit_secret_file: str = field(
        default="", metadata=_told("File that holds the key's secret.")
    )
    debug: bool = field(default=False, metadata=_told("Show tracebacks in the browser."))
    oidc_server: str = field(
        default="",
        metadata=_told(
            "OpenID Connect server for single sign-on; empty: none.", check=checks.web_address
        ),
    )
    oidc_client_id: str = field(default="", metadata=_told("Client id at that server."))
    oidc_secret_file: str = field(default="", metadata=_told("File that holds the client secret."))

    @property
    def public_url(self) -> str:
        """The address other nodes and people use, without a trailing slash."""
        return (self.url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def media_origin(self) -> str:
        """Scheme, host and port that films are asked from; empty: those of the public address."""
        parts = urlsplit(self.media_url)
        return f"{parts.scheme}://{parts.netloc}" if self.media_url else ""

    @property
    def city(self) -> City:
        """The city as the settings describe it."""
        return City(
            slug=self.slug,
            name=Bilingual(fr=self.name_fr, en=self.name_en),
            country=self.country,
            time_zone=self.time_zone,
            languages=(self.language,),
            accent=Accent(light=self.accent_light, dark=self.accent_dark),
        )


def known() -> Mapping[str, "Field[Any]"]:
    """Return the settings by name, in the order of the dataclass."""
    return {setting.name: setting for setting in fields(NodeConfig)}


def parse(name: str, value: object) -> object:
    """Return *value* in the type of the setting *name*.

    Raises:
        SettingError: there is no such setting, or the value has the wrong form.
    """
    setting = known().get(name)
    if setting is None:
        raise SettingError(name=name, value=value, reason=gettext_lazy(checks.UNKNOWN_NAME))
    kind: Any = type(setting.default)
    try:
        parsed = _truth(value) if kind is bool else kind(value)
    except (KeyError, ValueError) as error:
        reason = gettext_lazy(checks.expected(kind.__name__))
        raise SettingError(name=name, value=value, reason=reason) from error
    if reason := setting.metadata["check"](parsed):
        shown = "…" if setting.metadata["secret"] else value
        raise SettingError(name=name, value=shown, reason=gettext_lazy(reason))
    return parsed


def _truth(value: object) -> bool:
    return {"1": True, "true": True, "0": False, "false": False, "": False}[str(value).lower()]


def folder() -> Path:
    """Return the data folder the environment names."""
    return Path(os.environ.get("JUMELAGE_DATA", "var/node"))


def stored(data: Path) -> dict[str, object]:
    """Return what `node.toml` in *data* says; nothing when there is no such file.

    Raises:
        SettingsFileError: the file is not TOML or cannot be read.
    """
    file = data / "node.toml"
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise SettingsFileError(file=file, reason=error) from error


def load() -> NodeConfig:
    """Read the effective settings.

    Raises:
        SettingError: a value has the wrong form, or `node.toml` holds an unknown name.
        SettingsFileError: `node.toml` cannot be read.
    """
    data = folder()
    written = stored(data)
    if unknown := set(written) - set(known()):
        parse(min(unknown), written[min(unknown)])
    values: dict[str, Any] = {"data": data}
    for name in [name for name in known() if name != "data"]:
        variable = f"JUMELAGE_{name.upper()}"
        if variable in os.environ or name in written:
            values[name] = parse(name, os.environ.get(variable, written.get(name)))
    return _demand_two_hosts(NodeConfig(**values))


def _demand_two_hosts(config: NodeConfig) -> NodeConfig:
    """Return *config*, whose films have a host of their own: browsers share cookies between ports."""
    host = urlsplit(config.media_url).hostname
    if host and host == urlsplit(config.public_url).hostname:
        reason = gettext_lazy(checks.SAME_HOST)
        raise SettingError(name="media_url", value=config.media_url, reason=reason)
    return config


def write(data: Path, values: Mapping[str, object]) -> Path:
    """Write *values* to `node.toml` in *data*, readable by its owner only.

    The file is replaced in one step, so a full disk never leaves half a file.
    """
    file, draft = data / "node.toml", data / "node.toml.new"
    lines = [f"# {known()[n].metadata['doc']}\n{n} = {_toml(v)}\n" for n, v in values.items()]
    draft.touch(mode=0o600)
    draft.write_text("\n".join(lines), "utf-8")
    return draft.replace(file)


def _toml(value: object) -> str:
    # A JSON string without \u escapes is a TOML basic string; true, false and integers agree.
    return json.dumps(value, ensure_ascii=False)
