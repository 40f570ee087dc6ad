"""Every setting, read once: the environment first, then `.streamlit/secrets.toml`.

`read_settings` refuses a start with something missing or contradictory, and says what to do.
"""

from __future__ import annotations

import ipaddress
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from services.ids import is_id, require_id
from services.oidc.models import Provider
from services.sealing import Sealer
from services.tokens import NotAKey, SigningKey, make_shared_key, read_signing_key
from web.providers import read_providers

ROOT = Path(__file__).resolve().parent.parent
MAKE_KEY = "supabase gen signing-key --algorithm ES256"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# name in the environment -> section and name in secrets.toml
_IN_FILE = {
    "SUPABASE_URL": ("supabase", "url"),
    "SUPABASE_PUBLISHABLE_KEY": ("supabase", "publishable_key"),
    "SUPABASE_SECRET_KEY": ("supabase", "secret_key"),
    "TANDEM_SESSION_KEYS": ("tandem", "session_keys"),
    "TANDEM_PUBLIC_URL": ("tandem", "public_url"),
    "TANDEM_TRUSTED_PROXIES": ("tandem", "trusted_proxies"),
    "TANDEM_OPEN_SIGN_UP": ("tandem", "open_sign_up"),
    "TANDEM_SIGNING_KEY": ("tandem", "signing_key"),
    "TANDEM_HELP_WORKSPACE": ("tandem", "help_workspace"),
    "TANDEM_HELP_DIRECTORY": ("tandem", "help_directory"),
}


class ConfigurationError(Exception):
    """The app cannot start like this; `problems` are sentences for the operator."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"- {problem}" for problem in problems))


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One of the sign-ins the demo data comes with."""

    role: str
    name: str
    email: str
    password: str = field(repr=False)


# Where people find help in countries nobody has checked services for, unless the operator says.
DIRECTORY = "https://findahelpline.com/"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decided. Keys do not show in a repr.

    `help_workspace` is the id of the workspace whose checks count on the public help pages where an
    address names none; empty: the only one there is. `help_directory` is the address of a list of
    services in many countries, named where nothing is checked. `data_dir` is where these pages keep
    what they last knew; None: nowhere. `notices` are sentences for the operator about what is off,
    and why, though the app starts.
    """

    supabase_url: str
    publishable_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    session_keys: tuple[str, ...] = field(repr=False)
    public_url: str = ""
    trusted_proxies: tuple[Network, ...] = ()
    open_sign_up: bool = False
    embedded: bool = False
    host: str = "127.0.0.1"
    demo_file: str = ""
    providers: tuple[Provider, ...] = ()
    signing_key: SigningKey | None = field(default=None, repr=False)
    help_workspace: str = ""
    help_directory: str = DIRECTORY
    data_dir: Path | None = None
    notices: tuple[str, ...] = ()

    @property
    def is_https(self) -> bool:
        """Whether people reach us over HTTPS, as TANDEM_PUBLIC_URL says."""
        return self.public_url.startswith("https://")

    @property
    def session_cookie(self) -> str:
        """Name of the cookie that holds the session."""
        return self.cookie_name("tandem_session")

    def cookie_name(self, name: str) -> str:
        """The name with the prefix that binds a cookie to exactly this host, on HTTPS."""
        return f"__Host-{name}" if self.is_https else name

    def list_demo_people(self) -> tuple[DemoPerson, ...]:
        """Who may be signed in as by one button.

        Nobody, unless the server is embedded, demo data was seeded, only this machine can reach
        us, and no public address is set: each of these alone switches the buttons off.
        """
        if not (self.embedded and self.demo_file) or self.public_url:
            return ()
        if not is_loopback(self.host):
            return ()
        try:
            people = json.loads(Path(self.demo_file).read_text(encoding="utf-8"))["people"]
            return tuple(
                DemoPerson(one["role"], one["name"], one["email"], one["password"])
                for one in people
            )
        except (OSError, ValueError, KeyError, TypeError):
            return ()


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def read_settings(
    environ: Mapping[str, str], *, secrets_file: Path = ROOT / ".streamlit" / "secrets.toml"
) -> Settings:
    """The settings of this start.

    Raises ConfigurationError, which names everything that is missing or wrong at once.
    """
    problems: list[str] = []
    in_file = _read_file(secrets_file, problems)
    values = _collect(environ, in_file)
    embedded, host = environ.get("TANDEM_EMBEDDED") == "1", environ.get("HOST", "127.0.0.1")
    settings = Settings(
        supabase_url=_read_url("SUPABASE_URL", values, problems, needed=True),
        publishable_key=_read_key("SUPABASE_PUBLISHABLE_KEY", values, problems),
        secret_key=_read_key("SUPABASE_SECRET_KEY", values, problems),
        session_keys=_read_session_keys(values, problems),
        public_url=_read_url("TANDEM_PUBLIC_URL", values, problems, needed=False),
        trusted_proxies=_read_networks(values, problems),
        open_sign_up=values["TANDEM_OPEN_SIGN_UP"].lower() in ("1", "true", "yes"),
        embedded=embedded,
        host=host,
        demo_file=environ.get("TANDEM_DEMO_FILE", ""),
        providers=read_providers(environ, in_file, problems),
        signing_key=_read_signing_key(environ, values, problems, embedded=embedded),
        help_workspace=_read_workspace(values, problems),
        help_directory=_read_directory(values, problems),
        data_dir=_read_data_dir(environ),
    )
    settings = _settle_providers(settings, problems)
    if environ.get("TANDEM_DEMO") == "1" and not settings.embedded:
        problems.append(
            "TANDEM_DEMO=1 goes with the embedded server only: demo people and their passwords "
            "must never reach a hosted project. Unset it."
        )
    if problems:
        raise ConfigurationError(problems)
    return settings


def _read_file(secrets_file: Path, problems: list[str]) -> dict[str, Any]:
    """All of the file; nothing where there is none."""
    try:
        return tomllib.loads(secrets_file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        # Not the parser's own words: they quote the line, which may be a key.
        problems.append(f"{secrets_file} is there but cannot be read as TOML.")
        return {}


def _collect(environ: Mapping[str, str], in_file: Mapping[str, Any]) -> dict[str, str]:
    """Every setting as text; empty where it is not set."""
    values = {}
    for name, (section, key) in _IN_FILE.items():
        found = in_file.get(section)
        value = found.get(key, "") if isinstance(found, dict) else ""
        values[name] = environ.get(name) or _as_text(value)
    return values


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(str(one) for one in value)
    return str(value).strip()


def where(name: str) -> str:
    """Where somebody sets it: in the environment, or in the file."""
    section, key = _IN_FILE[name]
    return f"{name} (or [{section}] {key} in .streamlit/secrets.toml)"


def _read_url(name: str, values: Mapping[str, str], problems: list[str], *, needed: bool) -> str:
    value = values[name].rstrip("/")
    if not value:
        if needed:
            problems.append(f"{where(name)} is not set.")
        return ""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        problems.append(f"{where(name)} should be an address such as https://example.org.")
    return value


def _read_key(name: str, values: Mapping[str, str], problems: list[str]) -> str:
    value = values[name]
    expected = "sb_secret_" if name == "SUPABASE_SECRET_KEY" else "sb_publishable_"
    if not value:
        problems.append(f"{where(name)} is not set.")
    elif not value.startswith(expected):
        problems.append(f"{where(name)} should begin with {expected}.")
    return value


def _read_session_keys(values: Mapping[str, str], problems: list[str]) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in values["TANDEM_SESSION_KEYS"].split(",") if key.strip())
    try:
        Sealer(keys=keys)
    except ValueError:
        problems.append(
            f"{where('TANDEM_SESSION_KEYS')} needs at least one key. Make one with: python -c "
            '"from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
        )
    return keys


def _read_signing_key(
    environ: Mapping[str, str], values: Mapping[str, str], problems: list[str], *, embedded: bool
) -> SigningKey | None:
    """What the app signs tokens with; None where it has nothing to."""
    if embedded:
        secret = environ.get("TANDEM_JWT_SECRET", "")
        return make_shared_key(secret) if secret else None
    if not values["TANDEM_SIGNING_KEY"]:
        return None
    try:
        return read_signing_key(values["TANDEM_SIGNING_KEY"])
    except NotAKey as problem:
        problems.append(
            f"{where('TANDEM_SIGNING_KEY')} should be what `{MAKE_KEY}` prints, as one text. "
            f"{problem}"
        )
        return None


def _settle_providers(settings: Settings, problems: list[str]) -> Settings:
    """The settings with the providers that can be used; says what stands in the way of others."""
    if not settings.providers:
        return settings
    names = " and ".join(f"[oidc.{provider.name}]" for provider in settings.providers)
    if not settings.public_url and not is_loopback(settings.host):
        problems.append(
            f"{names}: providers send people back to one address, so {where('TANDEM_PUBLIC_URL')} "
            "has to be set to the one people type."
        )
    if settings.signing_key is not None:
        return settings
    notice = (
        f"Sign-in through {names} is off: it needs a key in {where('TANDEM_SIGNING_KEY')}. Make "
        f"one with `{MAKE_KEY}` and import it in the project, under Project Settings, JWT Keys."
    )
    return replace(settings, providers=(), notices=(notice,))


def _read_workspace(values: Mapping[str, str], problems: list[str]) -> str:
    value = values["TANDEM_HELP_WORKSPACE"]
    if value and not is_id(value):
        problems.append(
            f"{where('TANDEM_HELP_WORKSPACE')} should be the id of a workspace, as Library shows "
            "it in the address of its public page."
        )
        return ""
    return require_id(value) if value else ""


def _read_directory(values: Mapping[str, str], problems: list[str]) -> str:
    value = values["TANDEM_HELP_DIRECTORY"]
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        problems.append(
            f"{where('TANDEM_HELP_DIRECTORY')} should be the full address of a page, such as "
            "https://example.org/services."
        )
    return value or DIRECTORY


def _read_data_dir(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("TANDEM_DATA_DIR") or ROOT / "var").expanduser().absolute()


def _read_networks(values: Mapping[str, str], problems: list[str]) -> tuple[Network, ...]:
    networks: list[Network] = []
    for text in values["TANDEM_TRUSTED_PROXIES"].split(","):
        if not text.strip():
            continue
        try:
            networks.append(ipaddress.ip_network(text.strip()))
        except ValueError:
            problems.append(
                f"{where('TANDEM_TRUSTED_PROXIES')} should list networks such as 10.0.0.0/8."
            )
    return tuple(networks)
