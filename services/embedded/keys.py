"""Generated secrets of the embedded server: made once, kept in files only their owner can read."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from services.embedded.places import KEYS_FILE, write_private
from services.embedded.problems import StartupProblem


@dataclass(frozen=True, repr=False)
class Keys:
    """What the inner servers and the app share.

    jwt_secret can sign a token for any person, and for the server: treat it as a password.
    """

    database_password: str
    jwt_secret: str
    publishable_key: str
    secret_key: str
    mail_password: str


def load_keys(folder: Path) -> Keys:
    """The keys kept in this folder; made on the first start."""
    path = folder / KEYS_FILE
    if not path.exists():
        write_private(path, json.dumps(asdict(_make_keys()), indent=2) + "\n")
    path.chmod(0o600)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Keys(**{field.name: str(kept[field.name]) for field in fields(Keys)})
    except (ValueError, KeyError) as problem:
        raise StartupProblem(
            f"{path} is damaged. Put it back from a copy of the data folder; without "
            "the password in it the database cannot be opened."
        ) from problem


def load_session_keys(folder: Path) -> str:
    """Keys that encrypt browsers' sessions, as TANDEM_SESSION_KEYS takes them.

    In a file of its own, because it never goes into a backup: losing it only signs people out.
    """
    path = folder / "session-keys"
    if not path.exists():
        write_private(path, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() + "\n")
    path.chmod(0o600)
    return path.read_text(encoding="utf-8").strip()


def _make_keys() -> Keys:
    return Keys(
        database_password=secrets.token_urlsafe(32),
        jwt_secret=secrets.token_urlsafe(48),
        publishable_key=f"sb_publishable_{secrets.token_urlsafe(24)}",
        secret_key=f"sb_secret_{secrets.token_urlsafe(32)}",
        mail_password=secrets.token_urlsafe(24),
    )
