"""Asks the configured project whether it answers, takes our keys, and has what we need."""

from __future__ import annotations

from services.errors import TandemError
from services.gateway.auth import Auth
from services.gateway.server import Server
from services.safety_record import rule_set_hash
from web.settings import ROOT, Settings, where

MIGRATIONS = ROOT / "supabase" / "migrations"


def check_configuration(settings: Settings, *, server: Server, auth: Auth) -> list[str]:
    """What is wrong with the configured project, as sentences; empty when all is well."""
    problem = _check_auth(settings, auth) or _check_database(server)
    return [problem] if problem else []


def list_notices(settings: Settings, *, server: Server, auth: Auth) -> list[str]:
    """What does not work though the app starts, as sentences.

    Asks a hosted project which keys and rules it knows; the embedded server is told both at its
    start. Call it once `check_configuration` has found the project in order.
    """
    if settings.embedded:
        return list(settings.notices)
    found = (_check_rules(server), _check_signing_key(settings, auth))
    return [*settings.notices, *filter(None, found)]


def _check_rules(server: Server) -> str:
    try:
        stated = server.find_rule_set()
    except TandemError as problem:
        return f"The project did not tell which safety rules it knows ({problem.detail})."
    if stated is None:
        return (
            "Nothing can be approved: the project was never told which rules the safe-messaging "
            "checker reads with. Run `make rules`."
        )
    if stated != rule_set_hash():
        return (
            "Nothing can be approved: the project holds approvals to other safe-messaging rules "
            "than those installed here. Run `make rules`, as after every upgrade that changed them."
        )
    return ""


def _check_signing_key(settings: Settings, auth: Auth) -> str:
    key = settings.signing_key
    if not settings.providers or key is None:
        return ""
    try:
        known = auth.list_signing_keys()
    except TandemError as problem:
        return f"The project did not tell which keys it knows ({problem.detail})."
    if key.kid in known:
        return ""
    return (
        f"The project does not know the key in {where('TANDEM_SIGNING_KEY')}, so nobody can "
        "work who signs in through a provider. Import it under Project Settings, JWT Keys; it "
        "takes up to ten minutes to be known."
    )


def _check_auth(settings: Settings, auth: Auth) -> str:
    try:
        if auth.is_reachable():
            return ""
    except TandemError:
        return (
            f"Nothing answers at {settings.supabase_url} (SUPABASE_URL, [supabase] url). Check "
            "the address, and that the project is not paused."
        )
    return (
        f"{settings.supabase_url} answers, but does not take SUPABASE_PUBLISHABLE_KEY "
        "([supabase] publishable_key). Copy it again from Project Settings, API Keys."
    )


def _check_database(server: Server) -> str:
    try:
        missing = find_missing_migrations(server)
    except TandemError as problem:
        return _describe(problem.detail)
    if not missing:
        return ""
    return (
        f"The database is behind by {len(missing)} migrations, the first of them {missing[0]}. "
        "Run `supabase db push`."
    )


def find_missing_migrations(server: Server) -> list[str]:
    """Versions of the migration files that the database has not seen. Raises Unavailable."""
    applied = set(server.list_migrations())
    return sorted({path.name.partition("_")[0] for path in MIGRATIONS.glob("*.sql")} - applied)


def _describe(detail: str) -> str:
    if detail == "key_refused":
        return (
            "The project does not take SUPABASE_SECRET_KEY ([supabase] secret_key). Copy the "
            "secret key, which begins with sb_secret_, from Project Settings, API Keys."
        )
    if detail == "function_missing":
        return "The database has none of Tandem's functions yet. Run `supabase db push`."
    return f"The database does not answer as it should ({detail}). Its logs may tell more."
