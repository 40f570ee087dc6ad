"""Who has which right in the database, as text to compare with tests/database/expected.

After a deliberate change of rights, write the files anew and read the difference:

    python -m tests.support.rights
"""

# ruff: noqa: S608 - queries put together from constants of this file

from __future__ import annotations

import tempfile
from pathlib import Path

import psycopg

from services.embedded.api_role import API_ROLE
from services.embedded.stack import Stack

EXPECTED = Path(__file__).parents[1] / "database" / "expected"

# One line a fact. The owner's own rights and those of the embedded server's login go unsaid.
_GRANTEE = "case a.grantee when 0 then 'public' else a.grantee::regrole::text end"
_OTHERS = f"a.grantee <> c.owner and a.grantee is distinct from to_regrole('{API_ROLE}')"

QUERIES = {
    "tables": f"""
        select format('%s.%s: %s%s; %s', n.nspname, c.relname,
          case when c.relkind = 'S' then 'sequence' when c.relrowsecurity then 'row security on'
            else 'row security OFF' end,
          case when c.relforcerowsecurity then ', forced' else '' end,
          coalesce((select string_agg(g.line, '; ' order by g.line) from (
            select format('%s: %s', {_GRANTEE},
              string_agg(lower(a.privilege_type), ', ' order by a.privilege_type)) as line
            from (select c.relacl as acl, c.relowner as owner) c, aclexplode(c.acl) a
            where {_OTHERS} group by a.grantee) g), 'nobody'))
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'S', 'f', 'm')
    """,
    "columns": f"""
        select format('%s.%s.%s: %s: %s', n.nspname, r.relname, k.attname, {_GRANTEE},
          lower(a.privilege_type))
        from pg_class r join pg_namespace n on n.oid = r.relnamespace
        join pg_attribute k on k.attrelid = r.oid and k.attnum > 0 and not k.attisdropped
        cross join lateral (select k.attacl as acl, r.relowner as owner) c, aclexplode(c.acl) a
        where n.nspname in ('public', 'private') and {_OTHERS}
    """,
    "functions": f"""
        select format('%s.%s(%s) returns %s: %s, %s, %s; %s', n.nspname, p.proname,
          pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid),
          case when p.prosecdef then 'DEFINER' else 'invoker' end,
          case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
          coalesce(array_to_string(p.proconfig, ', '), 'no search_path'),
          coalesce((select string_agg({_GRANTEE}, ', ' order by {_GRANTEE})
            from (select p.proacl as acl, p.proowner as owner) c,
              aclexplode(coalesce(c.acl, acldefault('f', c.owner))) a where {_OTHERS}), 'nobody'))
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('public', 'private')
    """,
    "policies": """
        select format(E'%s.%s: "%s" for %s to %s\\n  using %s\\n  with check %s', p.schemaname,
          p.tablename, p.policyname, lower(p.cmd), array_to_string(p.roles, ', '),
          regexp_replace(coalesce(p.qual, '-'), '\\s+', ' ', 'g'),
          regexp_replace(coalesce(p.with_check, '-'), '\\s+', ' ', 'g'))
        from pg_policies p where p.schemaname in ('public', 'private')
    """,
    "views": """
        select format('%s.%s: %s', n.nspname, c.relname,
          coalesce(array_to_string(c.reloptions, ', '), 'WITH ITS OWNER''S RIGHTS'))
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'private') and c.relkind = 'v'
    """,
    "triggers": """
        select regexp_replace(pg_get_triggerdef(t.oid), '^CREATE TRIGGER ', '')
          || case t.tgenabled when 'O' then '' else ' NOT ENABLED' end
        from pg_trigger t join pg_class c on c.oid = t.tgrelid
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'private') and not t.tgisinternal
    """,
    "schemas": f"""
        select format('%s: %s: %s', n.nspname, {_GRANTEE}, lower(a.privilege_type))
        from pg_namespace n
        cross join lateral (select n.nspacl as acl, n.nspowner as owner) c, aclexplode(c.acl) a
        where n.nspname in ('public', 'private') and {_OTHERS}
    """,
    "default_privileges": """
        select format('%s creating %s in %s: %s', d.defaclrole::regrole, d.defaclobjtype,
          coalesce(n.nspname, 'any schema'), d.defaclacl)
        from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
        where d.defaclrole = 'postgres'::regrole and coalesce(n.nspname, 'public') <> 'storage'
    """,
}


def describe_rights(dsn: str) -> dict[str, str]:
    """The content of each file, by its name."""
    with psycopg.connect(dsn) as connection:
        return {
            name: "\n".join(sorted(str(row[0]) for row in connection.execute(query.encode())))
            + "\n"
            for name, query in QUERIES.items()
        }


def main() -> None:
    """Write the expected files from the migrations as they are now."""
    with tempfile.TemporaryDirectory(prefix="tandem-rights-") as folder:
        stack = Stack(data=Path(folder) / "var", durable=False)
        try:
            stack.start()
            EXPECTED.mkdir(exist_ok=True)
            for name, text in describe_rights(stack.dsn).items():
                (EXPECTED / f"{name}.txt").write_text(text, encoding="utf-8")
        finally:
            stack.destroy()


if __name__ == "__main__":
    main()
