"""The OpenID Connect providers of the configuration: `[oidc.NAME]`, or TANDEM_OIDC_NAME_*.

Everything is looked at when the app starts, and what is wrong is said in sentences that repeat no
value: one may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from services.gateway.provider import is_fit
from services.oidc.models import ALGORITHMS, DEFAULT_ALGORITHMS, DEFAULT_SCOPES, Provider

MOST_PROVIDERS = 8
FIELDS = ("label", "issuer", "client_id", "client_secret", "scopes", "algorithms")
_NEEDED = ("label", "issuer", "client_id", "client_secret")
_LONGEST = {"label": 40, "issuer": 500, "client_id": 500, "client_secret": 2000}
_MOST_SCOPES = 20
# It stands in addresses and, in capitals, in names of the environment.
_NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")
_IN_ENVIRONMENT = re.compile(
    rf"TANDEM_OIDC_([A-Z][A-Z0-9_]*?)_({'|'.join(FIELDS).upper()})", re.ASCII
)
PREFIX = "TANDEM_OIDC_"
# A scope as OAuth 2.0 writes it: printable, no space, quote or backslash.
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,100}")
_PRINTABLE = re.compile(r"[\x20-\x7e]+")


def read_providers(
    environ: Mapping[str, str], in_file: Mapping[str, Any], problems: list[str]
) -> tuple[Provider, ...]:
    """The providers, by name; adds a sentence to `problems` for everything that is wrong.

    Args:
        environ: The environment, whose values win.
        in_file: The whole secrets.toml.
    """
    found = _collect(environ, in_file.get("oidc", {}), problems)
    if len(found) > MOST_PROVIDERS:
        problems.append(f"There are {len(found)} providers in [oidc]; {MOST_PROVIDERS} at most.")
        return ()
    providers = [
        provider
        for name, values in sorted(found.items())
        if (provider := _read(name, values, problems)) is not None
    ]
    _check_differences(providers, problems)
    return tuple(providers)


def _collect(
    environ: Mapping[str, str], section: Any, problems: list[str]
) -> dict[str, dict[str, Any]]:
    """What is set of each provider, by its name."""
    found: dict[str, dict[str, Any]] = {}
    if not isinstance(section, dict):
        problems.append("[oidc] should have one section a provider, such as [oidc.google].")
        section = {}
    for name, values in section.items():
        if not isinstance(values, dict):
            problems.append("[oidc] should have one section a provider, such as [oidc.google].")
        elif not _NAME.fullmatch(name):
            problems.append(
                "The name of a provider, as in [oidc.google], should be short and made of small "
                "letters, digits and hyphens."
            )
        else:
            found[name] = dict(values)
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or not text:
            continue
        match = _IN_ENVIRONMENT.fullmatch(variable)
        name = match.group(1).lower().replace("_", "-") if match else ""
        if match is None or not _NAME.fullmatch(name):
            problems.append(
                f"{variable} is not a setting. There are {PREFIX}NAME_LABEL, _ISSUER, _CLIENT_ID, "
                "_CLIENT_SECRET, _SCOPES and _ALGORITHMS."
            )
        else:
            found.setdefault(name, {})[match.group(2).lower()] = text
    return found


def _read(name: str, values: Mapping[str, Any], problems: list[str]) -> Provider | None:
    """One provider, or None and sentences that say why."""
    before = len(problems)
    if unknown := sorted(set(values) - set(FIELDS)):
        problems.append(f"[oidc.{name}] has {', '.join(unknown)}, which is not a setting of it.")
    texts = {key: _read_text(name, key, values.get(key, ""), problems) for key in _NEEDED}
    if texts["issuer"] and (not is_fit(texts["issuer"]) or "?" in texts["issuer"]):
        problems.append(
            f"{_where(name, 'issuer')} should be the provider's address, exactly as it writes it: "
            "https://…, without a query. Only a provider on this machine may have http://."
        )
    provider = Provider(
        name=name,
        **texts,
        scopes=_read_scopes(name, values.get("scopes"), problems),
        algorithms=_read_algorithms(name, values.get("algorithms"), problems),
    )
    return provider if len(problems) == before else None


def _read_text(name: str, key: str, value: Any, problems: list[str]) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        problems.append(f"{_where(name, key)} is not set.")
    elif len(text) > _LONGEST[key]:
        problems.append(f"{_where(name, key)} is longer than {_LONGEST[key]} characters.")
    elif key == "label" and not text.isprintable():
        problems.append(f"{_where(name, key)} should be a name on one line.")
    elif key != "label" and not _PRINTABLE.fullmatch(text):
        problems.append(f"{_where(name, key)} has characters that no provider gives out.")
    else:
        return text
    return ""


def _read_scopes(name: str, value: Any, problems: list[str]) -> tuple[str, ...]:
    scopes = _read_list(value)
    if scopes is None:
        return DEFAULT_SCOPES
    if (
        "openid" not in scopes
        or len(scopes) > _MOST_SCOPES
        or not all(_SCOPE.fullmatch(scope) for scope in scopes)
    ):
        problems.append(
            f"{_where(name, 'scopes')} should be a list with openid in it, such as "
            f"{list(DEFAULT_SCOPES)}."
        )
    return scopes


def _read_algorithms(name: str, value: Any, problems: list[str]) -> tuple[str, ...]:
    algorithms = _read_list(value)
    if algorithms is None:
        return DEFAULT_ALGORITHMS
    if not algorithms or not set(algorithms) <= ALGORITHMS:
        problems.append(
            f"{_where(name, 'algorithms')} should list some of {', '.join(sorted(ALGORITHMS))}: "
            "signatures that nobody but the provider can make."
        )
    return algorithms


def _read_list(value: Any) -> tuple[str, ...] | None:
    """A list, or its words in one text; None where nothing is set."""
    if value is None:
        return None
    if isinstance(value, str):
        return tuple(value.replace(",", " ").split())
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    return ()


def _check_differences(providers: list[Provider], problems: list[str]) -> None:
    """People are told apart by issuer, and choose by label."""
    for what in ("issuer", "label"):
        values = [getattr(provider, what) for provider in providers]
        if len(set(values)) < len(values):
            problems.append(f"Two providers in [oidc] have the same {what}.")


def _where(name: str, key: str) -> str:
    variable = f"{PREFIX}{name.replace('-', '_')}_{key}".upper()
    return f"{key} of [oidc.{name}] (or {variable})"
