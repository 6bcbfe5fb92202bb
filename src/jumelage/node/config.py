"""The settings of a node: one typed dataclass, read from `node.toml` and the environment."""

import os
import tomllib
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path

from jumelage.kit.errors import JumelageError


class SettingError(JumelageError):
    """The setting {name} cannot be “{value}”: {reason}."""

    exit_code = 3



@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConfig:
    """Every setting of a node; `JUMELAGE_<NAME>` in the environment wins over `node.toml`."""

    data: Path = field(
        default=Path("var/node"), metadata={"doc": "Folder with everything this node owns."}
    )
    slug: str = field(default="", metadata={"doc": "Short name of the city in addresses."})
    name_fr: str = field(default="", metadata={"doc": "Name of the city in French."})
    name_en: str = field(default="", metadata={"doc": "Name of the city in English."})
    country: str = field(default="", metadata={"doc": "ISO 3166-1 alpha-2 code."})
    time_zone: str = field(default="UTC", metadata={"doc": "IANA time zone of the city."})
    language: str = field(default="en", metadata={"doc": "First language of the city: fr or en."})
    accent_light: str = field(
        default="#35607a", metadata={"doc": "Accent colour on light paper, #rrggbb."}
    )
    accent_dark: str = field(
        default="#8bb7cd", metadata={"doc": "Accent colour on dark paper, #rrggbb."}
    )
    host: str = field(default="127.0.0.1", metadata={"doc": "Address the web server listens on."})
    port: int = field(default=8075, metadata={"doc": "Port the web server listens on."})
    url: str = field(
        default="", metadata={"doc": "Public address of the node; default http://host:port."}
    )
    database_url: str = field(
        default="",
        metadata={"doc": "postgresql://user:password@host/name; empty means SQLite in data."},
    )
    email_url: str = field(
        default="", metadata={"doc": "smtp://user:password@host:587; empty writes to data/mail."}
    )
    demonstration: bool = field(
        default=False, metadata={"doc": "Say on every page that the activity is invented."}
    )
    debug: bool = field(default=False, metadata={"doc": "Show tracebacks in the browser."})
    oidc_server: str = field(
        default="", metadata={"doc": "OpenID Connect server for single sign-on; empty: none."}
    )
    oidc_client_id: str = field(default="", metadata={"doc": "Client id at that server."})
    oidc_secret_file: str = field(
        default="", metadata={"doc": "File that holds the client secret."}
    )

    @property
    def public_url(self) -> str:
        """The address other nodes and people use, without a trailing slash."""
        return (self.url or f"http://{self.host}:{self.port}").rstrip("/")


def _parse(name: str, kind: type, value: object) -> object:
    try:
        if kind is bool and isinstance(value, str):
            return {"1": True, "true": True, "0": False, "false": False, "": False}[value.lower()]
        return kind(value)  # type: ignore[call-arg]  # the dataclass only holds simple types
    except (KeyError, ValueError) as error:
        raise SettingError(name=name, value=value, reason=f"expected {kind.__name__}") from error


def load() -> NodeConfig:
    """Read the effective settings.

    Raises:
        SettingError: a value has the wrong form, or `node.toml` holds an unknown name.
    """
    data = Path(os.environ.get("JUMELAGE_DATA", "var/node"))
    file = data / "node.toml"
    stored = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    known = {f.name: f for f in fields(NodeConfig)}
    if unknown := set(stored) - set(known):
        raise SettingError(name=min(unknown), value=stored[min(unknown)], reason="unknown name")
    values: dict[str, object] = {"data": data}
    for name, setting in known.items():
        raw = os.environ.get(f"JUMELAGE_{name.upper()}", stored.get(name, MISSING))
        if name != "data" and raw is not MISSING:
            values[name] = _parse(name, type(setting.default), raw)
    return NodeConfig(**values)  # type: ignore[arg-type]  # _parse gave each its type
