"""Which Supabase project is used: a hosted one where it is configured, else the embedded one."""

import os
import tomllib
from dataclasses import dataclass, field

from services.embedded.places import ROOT
from services.embedded.problems import StartupProblem

SECRETS_FILE = ROOT / ".streamlit" / "secrets.toml"


@dataclass(frozen=True)
class HostedProject:
    """A configured hosted project; the app itself checks the rest of the configuration."""

    url: str
    secret_key: str = field(repr=False)


def find_hosted_project() -> HostedProject | None:
    """The project named by SUPABASE_URL or `[supabase] url`; None means the embedded server.

    Raises: StartupProblem when the file cannot be read, or demo data is asked for.
    """
    kept = _read_secrets()
    url = os.environ.get("SUPABASE_URL") or str(kept.get("url") or "")
    if not url:
        return None
    if os.environ.get("TANDEM_DEMO") == "1":
        raise StartupProblem(
            "TANDEM_DEMO=1 goes with the embedded server only: demo people and their passwords "
            "must never reach a hosted project. Unset TANDEM_DEMO, or the project's url."
        )
    secret_key = os.environ.get("SUPABASE_SECRET_KEY") or str(kept.get("secret_key") or "")
    return HostedProject(url=url, secret_key=secret_key)


def _read_secrets() -> dict[str, object]:
    try:
        secrets = tomllib.loads(SECRETS_FILE.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        # Not the parser's own words: they quote the line, which may be a key.
        raise StartupProblem(f"{SECRETS_FILE} is there but cannot be read as TOML.") from None
    found = secrets.get("supabase")
    return found if isinstance(found, dict) else {}
