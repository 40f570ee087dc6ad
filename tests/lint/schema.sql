-- What must hold in the schema once every migration has been applied, one query a rule.
--
-- A rule begins with "-- rule NAME"; the comment below it is what people read when it fails; the query
-- returns one row, one text column, for each thing that breaks it. Much of this follows Supabase's own
-- adviser, whose rule numbers are given. The temporary view lists the schemas that are ours.

create temporary view ours as
select n.oid, n.nspname
from pg_catalog.pg_namespace n
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'auth', 'storage', 'extensions', 'supabase_migrations');

-- rule row-level-security
-- Enable row level security: without it a grant shows every row to everybody (0013).
select c.oid::regclass::text
from pg_catalog.pg_class c join ours on ours.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relrowsecurity;

-- rule definer-search-path
-- Add `set search_path = ''`: a definer function that looks names up can be made to call an impostor (0011).
select p.oid::regprocedure::text
from pg_catalog.pg_proc p join ours on ours.oid = p.pronamespace
where p.prosecdef and not coalesce('search_path=""' = any (p.proconfig), false);

-- rule invoker-views
-- Create the view with (security_invoker = true): otherwise it reads with its owner's rights (0010).
select c.oid::regclass::text
from pg_catalog.pg_class c join ours on ours.oid = c.relnamespace
where c.relkind = 'v'
  and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false);

-- rule no-materialized-views
-- Row level security does not apply to a materialized view: use a table, or keep it out of the API (0016).
select c.oid::regclass::text
from pg_catalog.pg_class c join ours on ours.oid = c.relnamespace
where c.relkind = 'm' and c.relacl is not null;

-- rule covered-foreign-keys
-- Add an index that begins with these columns: a delete or a join reads the whole table without one (0001).
select format('%s: %s (%s)', k.conrelid::regclass, k.conname, string_agg(a.attname, ', ' order by f.place))
from pg_catalog.pg_constraint k
join ours on ours.oid = k.connamespace
cross join unnest(k.conkey) with ordinality f (attnum, place)
join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = f.attnum
where k.contype = 'f'
  and not exists (
    select 1
    from pg_catalog.pg_index i
    cross join lateral (
      select array_agg(x.attnum order by x.place) filter (where x.place <= cardinality(k.conkey)) as leading,
        array_agg(x.attnum) as key
      from unnest(i.indkey::int2[]) with ordinality x (attnum, place)
      where x.place <= i.indnkeyatts
    ) columns
    where i.indrelid = k.conrelid
      and (
        -- A partial index serves when all it leaves out is null: nulls reference nothing.
        i.indpred is null
        or pg_get_expr(i.indpred, i.indrelid) = any (
          select format('(%I IS NOT NULL)', b.attname)
          from pg_catalog.pg_attribute b
          where b.attrelid = k.conrelid and b.attnum = any (k.conkey))
      )
      and (
        (columns.leading @> k.conkey and columns.leading <@ k.conkey)
        -- A unique index on part of the columns finds the one row as well.
        or (i.indisunique and i.indpred is null and columns.key <@ k.conkey)
      )
  )
group by k.oid, k.conrelid, k.conname;

-- rule composite-foreign-keys
-- Reference (workspace_id, id): foreign keys pass row level security by, and a plain one lets a member
-- attach a row to another workspace's. One that shares a column with such a key is bound by it.
select format('%s: %s', k.conrelid::regclass, k.conname)
from pg_catalog.pg_constraint k
join ours on ours.oid = k.connamespace
join pg_catalog.pg_attribute own
  on own.attrelid = k.conrelid and own.attname = 'workspace_id' and not own.attisdropped
join pg_catalog.pg_attribute theirs
  on theirs.attrelid = k.confrelid and theirs.attname = 'workspace_id' and not theirs.attisdropped
where k.contype = 'f'
  and not exists (
    select 1 from unnest(k.conkey, k.confkey) pair (here, there)
    where pair.here = own.attnum and pair.there = theirs.attnum)
  and not exists (
    select 1 from pg_catalog.pg_constraint bound
    where bound.conrelid = k.conrelid and bound.contype = 'f' and bound.oid <> k.oid
      and own.attnum = any (bound.conkey) and bound.conkey && k.conkey);

-- rule workspace-index
-- Let an index, better the primary key, begin with workspace_id: every policy filters on it.
select c.oid::regclass::text
from pg_catalog.pg_class c
join ours on ours.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped
where c.relkind in ('r', 'p')
  and not exists (
    select 1 from pg_catalog.pg_index i
    where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indpred is null);

-- rule no-foreign-key-into-auth
-- Reference public.profiles: auth belongs to Supabase, and people may sign in elsewhere.
select format('%s: %s', k.conrelid::regclass, k.conname)
from pg_catalog.pg_constraint k
join ours on ours.oid = k.connamespace
join pg_catalog.pg_class target on target.oid = k.confrelid
where k.contype = 'f' and target.relnamespace not in (select oid from ours);

-- rule one-policy-a-command
-- Join the cases with `or` in one policy: each permissive policy is evaluated for every row (0006).
select format('%s: %s for %s', p.polrelid::regclass, string_agg(quote_ident(p.polname), ', '), v.verb)
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid
join ours on ours.oid = c.relnamespace
cross join lateral unnest(
  case p.polcmd
    when 'r' then array['select']
    when 'a' then array['insert']
    when 'w' then array['update']
    when 'd' then array['delete']
    else array['select', 'insert', 'update', 'delete']
  end) v (verb)
cross join lateral unnest(p.polroles) role (oid)
where p.polpermissive
group by p.polrelid, v.verb, role.oid
having count(*) > 1;

-- rule policies-name-roles
-- Say `to authenticated`: a policy for everybody is evaluated for anon too.
select format('%s: %I', p.polrelid::regclass, p.polname)
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid
join ours on ours.oid = c.relnamespace
where 0 = any (p.polroles);

-- rule updates-check-twice
-- Give the update policy `using` and `with check`: who may change a row, and into what.
select format('%s: %I', p.polrelid::regclass, p.polname)
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid
join ours on ours.oid = c.relnamespace
where p.polcmd in ('w', '*') and (p.polqual is null or p.polwithcheck is null);

-- rule nothing-for-strangers
-- Revoke it: anon and public hold no right on anything of ours.
select format('%s %s: %s to %s', o.kind, o.name, acl.privilege_type,
  case acl.grantee when 0 then 'public' else 'anon' end)
from (
  select case c.relkind when 'S' then 'sequence' when 'v' then 'view' else 'table' end as kind,
    c.oid::regclass::text as name, c.relacl as acl
  from pg_catalog.pg_class c join ours on ours.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
  union all
  select 'column', format('%s.%I', c.oid::regclass, a.attname), a.attacl
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  join ours on ours.oid = c.relnamespace
  where a.attacl is not null
  union all
  select 'function', p.oid::regprocedure::text, coalesce(p.proacl, acldefault('f', p.proowner))
  from pg_catalog.pg_proc p join ours on ours.oid = p.pronamespace
  -- An extension's functions come with their own rights.
  where not exists (
    select 1 from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  union all
  -- The schema public lets everybody look inside; what is inside is what counts.
  select 'schema', ours.nspname, n.nspacl
  from pg_catalog.pg_namespace n join ours on ours.oid = n.oid
  where ours.nspname <> 'public'
) o
cross join lateral aclexplode(o.acl) acl
where acl.grantee in (0, 'anon'::regrole);

-- rule server-functions-only
-- service_role runs functions named public.server_*, and nothing else: no table, no other function.
select format('%s %s: %s', o.kind, o.name, acl.privilege_type)
from (
  select 'table' as kind, c.oid::regclass::text as name, c.relacl as acl
  from pg_catalog.pg_class c join ours on ours.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
  union all
  select 'column', format('%s.%I', c.oid::regclass, a.attname), a.attacl
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  join ours on ours.oid = c.relnamespace
  where a.attacl is not null
  union all
  select 'function', p.oid::regprocedure::text, p.proacl
  from pg_catalog.pg_proc p join ours on ours.oid = p.pronamespace
  where not (ours.nspname = 'public' and p.proname like 'server\_%')
) o
cross join lateral aclexplode(o.acl) acl
where acl.grantee = 'service_role'::regrole;

-- rule server-functions-are-the-servers
-- Revoke it from authenticated: functions named server_* trust their caller.
select p.oid::regprocedure::text
from pg_catalog.pg_proc p
join ours on ours.oid = p.pronamespace
cross join lateral aclexplode(p.proacl) acl
where p.proname like 'server\_%' and acl.grantee = 'authenticated'::regrole;

-- rule writes-by-column
-- Grant insert and update column by column: a new column must not become writable by itself.
select format('%s: %s', c.oid::regclass, acl.privilege_type)
from pg_catalog.pg_class c
join ours on ours.oid = c.relnamespace
cross join lateral aclexplode(c.relacl) acl
where acl.grantee = 'authenticated'::regrole
  and acl.privilege_type in ('INSERT', 'UPDATE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN');

-- rule guarded-columns
-- Change it through a function: nobody writes a role, a state, a check or a workspace directly.
select format('%s.%I: %s', c.oid::regclass, a.attname, acl.privilege_type)
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join ours on ours.oid = c.relnamespace
cross join lateral aclexplode(a.attacl) acl
where acl.grantee = 'authenticated'::regrole
  and acl.privilege_type in ('INSERT', 'UPDATE')
  and a.attname in ('role', 'roles', 'state', 'checked_by', 'workspace_id');

-- rule wide-keys
-- Make it bigint: a key that counts up must not run out.
select format('%s.%I', c.oid::regclass, a.attname)
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join ours on ours.oid = c.relnamespace
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.relkind in ('r', 'p')
  and a.atttypid in ('int2'::regtype, 'int4'::regtype)
  and (a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like 'nextval(%');

-- rule no-twin-indexes
-- Drop one of them: each costs every write and serves no other read (0009).
select format('%s: %s', i.indrelid::regclass, string_agg(i.indexrelid::regclass::text, ', '))
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid
join ours on ours.oid = c.relnamespace
group by i.indrelid, i.indkey::text, i.indclass::text, i.indoption::text, i.indexprs::text, i.indpred::text,
  i.indisunique
having count(*) > 1;

-- rule described-tables
-- Say what a row is: comment on table … is '…'.
select c.oid::regclass::text
from pg_catalog.pg_class c join ours on ours.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v') and obj_description(c.oid, 'pg_class') is null;

-- rule extensions-apart
-- Create it `with schema extensions`: an extension's functions would become part of the API (0014).
select e.extname::text
from pg_catalog.pg_extension e join ours on ours.oid = e.extnamespace;
