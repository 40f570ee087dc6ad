"""The database login of Supabase Lite: no superuser, so that it can hand out no rights.

At its first request Lite grants anon, authenticated and service_role everything in every schema
with row-level security. As owner of the tables it would undo the migrations' grants; this login
owns nothing in `public`, so PostgreSQL answers "no privileges were granted" and what the
migrations granted by name holds, as on a hosted project. Nor can a token signed for `postgres`
act as the superuser any more.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

API_ROLE = "tandem_api"

# Lite creates what is missing in these at every start, which takes their owner.
_MAKE = """
do $$
declare
  v_schema text;
  v_name text;
begin
  if to_regrole('tandem_api') is null then
    create role tandem_api login noinherit;
  end if;
  grant anon, authenticated, service_role to tandem_api with inherit false, set true;
  execute format('grant create on database %I to tandem_api', current_database());
  foreach v_schema in array array['auth', 'storage', 'supabase_migrations'] loop
    if to_regnamespace(v_schema) is not null then
      execute format('alter schema %I owner to tandem_api', v_schema);
      for v_name in select c.oid::regclass::text from pg_class c
        where c.relnamespace = to_regnamespace(v_schema) and c.relkind in ('r', 'p', 'v') loop
        execute format('alter table %s owner to tandem_api', v_name);
      end loop;
      for v_name in select p.oid::regprocedure::text from pg_proc p
        where p.pronamespace = to_regnamespace(v_schema) loop
        execute format('alter routine %s owner to tandem_api', v_name);
      end loop;
    end if;
  end loop;
end
$$;
-- As on a hosted project, nobody's request may keep a core busy for long, nor a lock.
alter role tandem_api set statement_timeout = '15s';
alter role tandem_api set lock_timeout = '8s';
alter role tandem_api set idle_in_transaction_session_timeout = '30s';
-- To know a table it needs some right on it. This one lets it read and write nothing. Lite's own
-- grants of sequences fail, and with them its first request, where it has no right on one at all.
grant usage on schema public to tandem_api;
grant references on all tables in schema public to tandem_api;
grant select on all sequences in schema public to tandem_api;
"""


def open_api_role(dsn: str) -> str:
    """Make or mend the login, after migrations, and give it a new password.

    Args:
        dsn: the superuser's connection string, as a URL.

    Returns: the login's own. The password is kept nowhere else.
    """
    password = secrets.token_urlsafe(32)
    with psycopg.connect(dsn) as connection:
        connection.execute(_MAKE)
        connection.execute(
            sql.SQL("alter role {} password {}").format(
                sql.Identifier(API_ROLE), sql.Literal(password)
            )
        )
    parts = urlsplit(dsn)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{API_ROLE}:{password}@{place}"))
