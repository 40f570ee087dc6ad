-- Purpose: who is signed in with which browser, and how often somebody may try.
-- Touches: web_sessions, identities, rate_limits; server functions for them.
-- Locks: none (new tables). Undo: drop the three tables and the functions below.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.web_sessions (
  id_hash text primary key check (id_hash ~ '^[0-9a-f]{64}$'),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  workspace_id uuid references public.workspaces (id) on delete set null,
  method text not null check (method in ('password', 'code', 'sign_up', 'oidc')),
  sealed text not null check (length(sealed) between 1 and 16000),
  access_expires_at timestamptz not null,
  generation bigint not null default 0,
  claimed_until timestamptz,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now()
);
create index web_sessions_profile_id_idx on public.web_sessions (profile_id);
create index web_sessions_workspace_id_idx on public.web_sessions (workspace_id);
create index web_sessions_last_seen_at_idx on public.web_sessions (last_seen_at);
comment on table public.web_sessions is 'One row a signed-in browser. Deleting it ends that browser. Only the server reads and writes it.';
comment on column public.web_sessions.id_hash is 'SHA-256 of the cookie, in hex. The cookie itself is kept nowhere.';
comment on column public.web_sessions.workspace_id is 'The workspace this browser last chose, for people who belong to several.';
comment on column public.web_sessions.sealed is 'What is needed to obtain tokens, encrypted by the app with TANDEM_SESSION_KEYS.';
comment on column public.web_sessions.generation is 'Counts token refreshes. Whoever claims a generation is the only one to refresh it.';
comment on column public.web_sessions.claimed_until is 'Until when the refresher of the current generation has it for itself.';

create table public.identities (
  issuer text not null check (length(issuer) between 1 and 500),
  subject text not null check (length(subject) between 1 and 255),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (issuer, subject)
);
create index identities_profile_id_idx on public.identities (profile_id);
comment on table public.identities is 'Accounts at OpenID Connect providers. People are found by issuer and subject, never by address alone.';

create table public.rate_limits (
  key text primary key check (length(key) between 16 and 128),
  busy_until timestamptz not null
);
create index rate_limits_busy_until_idx on public.rate_limits (busy_until);
comment on table public.rate_limits is 'Attempts, keyed by an HMAC of account or network address: the table names nobody.';
comment on column public.rate_limits.busy_until is 'When the attempts made so far are forgotten; each pushes it further.';

alter table public.web_sessions enable row level security;
alter table public.identities enable row level security;
alter table public.rate_limits enable row level security;
-- No policies and no grants: these tables are reached through the functions below alone.

create function private.session_is_over(p_session public.web_sessions)
returns boolean
language sql
stable
set search_path = ''
as $$
  select p_session.last_seen_at <= now() - interval '12 hours'
    or p_session.created_at <= now() - interval '30 days'
$$;
comment on function private.session_is_over is 'Idle for twelve hours, or thirty days old.';

create function private.describe_session(p_session public.web_sessions)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'profile_id', p.id,
    'name', p.display_name,
    'time_zone', p.time_zone,
    'email', coalesce(c.email, ''),
    'method', p_session.method,
    'workspace_id', p_session.workspace_id,
    'sealed', p_session.sealed,
    'generation', p_session.generation,
    'access_expires_at', extract(epoch from p_session.access_expires_at),
    'memberships', coalesce((
      select jsonb_agg(
        jsonb_build_object('workspace_id', w.id, 'workspace_name', w.name, 'roles', m.roles)
        order by w.name, w.id)
      from public.memberships m
      join public.workspaces w on w.id = m.workspace_id
      where m.profile_id = p.id and m.suspended_at is null), '[]'::jsonb))
  from public.profiles p
  left join public.profile_contacts c on c.profile_id = p.id
  where p.id = p_session.profile_id
$$;
comment on function private.describe_session is 'A session and its person in one answer, so that a page needs one request for both. Times are seconds since 1970.';

create function public.server_open_session(
  p_id_hash text, p_profile uuid, p_name text, p_email text, p_method text, p_sealed text,
  p_access_expires_at timestamptz
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- A known person keeps the name and zone they chose; the address follows the account.
  insert into public.profiles (id, display_name)
  values (p_profile, left(case when private.is_blank(private.one_line(p_name)) then split_part(p_email, '@', 1)
    else private.one_line(p_name) end, 80))
  on conflict (id) do nothing;
  insert into public.profile_contacts as c (profile_id, email) values (p_profile, lower(p_email))
  on conflict (profile_id) do update set email = excluded.email where c.email <> excluded.email;
  insert into public.web_sessions (id_hash, profile_id, method, sealed, access_expires_at)
  values (p_id_hash, p_profile, p_method, p_sealed, p_access_expires_at);
  delete from public.web_sessions s where s.id_hash in (
    select o.id_hash from public.web_sessions o
    where o.last_seen_at <= now() - interval '12 hours'
    order by o.last_seen_at limit 50 for update skip locked);
end
$$;
comment on function public.server_open_session is 'A new browser of this person; makes the profile at the first sign-in. Sweeps a few sessions that are over.';

create function public.server_find_session(p_id_hash text, p_in_use boolean)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_session public.web_sessions;
begin
  select * into v_session from public.web_sessions s where s.id_hash = p_id_hash;
  if v_session.id_hash is null then
    return null;
  end if;
  if private.session_is_over(v_session) then
    delete from public.web_sessions s where s.id_hash = p_id_hash;
    return null;
  end if;
  -- Once a minute is enough to know who is idle, and spares a write at every look.
  if p_in_use and v_session.last_seen_at < now() - interval '1 minute' then
    update public.web_sessions s set last_seen_at = now() where s.id_hash = p_id_hash;
  end if;
  return private.describe_session(v_session);
end
$$;
comment on function public.server_find_session is 'The session and its person, or null when it is over. In use, it does not go idle: a page that only looks by itself is not.';

create function public.server_alive_sessions(p_id_hashes text[])
returns text[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(s.id_hash), '{}') from public.web_sessions s
  where s.id_hash = any (p_id_hashes) and not private.session_is_over(s)
$$;
comment on function public.server_alive_sessions is 'Which of these sessions still stand. Looking this way does not keep them from going idle.';

create function public.server_claim_refresh(p_id_hash text, p_generation bigint, p_seconds integer)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.web_sessions s
  set claimed_until = now() + make_interval(secs => least(greatest(p_seconds, 1), 120))
  where s.id_hash = p_id_hash and s.generation = p_generation
    and (s.claimed_until is null or s.claimed_until < now());
  return found;
end
$$;
comment on function public.server_claim_refresh is 'True for exactly one caller: it refreshes this generation, everybody else waits and looks again.';

create function public.server_store_tokens(
  p_id_hash text, p_generation bigint, p_sealed text, p_access_expires_at timestamptz
)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.web_sessions s
  set sealed = p_sealed, access_expires_at = p_access_expires_at,
      generation = s.generation + 1, claimed_until = null
  where s.id_hash = p_id_hash and s.generation = p_generation;
  return found;
end
$$;
comment on function public.server_store_tokens is 'Ends the claim with new tokens. False: the session ended meanwhile, or somebody else refreshed it.';

create function public.server_choose_workspace(p_id_hash text, p_workspace uuid)
returns void
language sql
security definer
set search_path = ''
as $$
  update public.web_sessions s set workspace_id = p_workspace
  where s.id_hash = p_id_hash and exists (
    select 1 from public.memberships m
    where m.workspace_id = p_workspace and m.profile_id = s.profile_id and m.suspended_at is null)
$$;
comment on function public.server_choose_workspace is 'Remembers which of their workspaces this browser shows.';

create function public.server_close_session(p_id_hash text)
returns void
language sql
security definer
set search_path = ''
as $$
  delete from public.web_sessions s where s.id_hash = p_id_hash
$$;

create function private.end_sessions_of(p_profile uuid)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_ended integer;
begin
  delete from public.web_sessions s where s.profile_id = p_profile;
  get diagnostics v_ended = row_count;
  return v_ended;
end
$$;
comment on function private.end_sessions_of is 'Signs the person out of every browser; returns how many there were.';

create function public.server_close_sessions_of(p_profile uuid)
returns integer
language sql
security definer
set search_path = ''
as $$
  select private.end_sessions_of(p_profile)
$$;

create function public.close_my_sessions()
returns integer
language sql
security definer
set search_path = ''
as $$
  select private.end_sessions_of(private.require_uid())
$$;
comment on function public.close_my_sessions is 'Signs the caller out everywhere, this browser included.';

create function public.server_take_attempt(p_limits text)
returns double precision
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_wait double precision;
begin
  insert into public.rate_limits (key, busy_until)
  select l.key, v_now from jsonb_to_recordset(p_limits::jsonb) as l(key text)
  order by l.key on conflict (key) do nothing;
  perform 1 from public.rate_limits r
  where r.key in (select l.key from jsonb_to_recordset(p_limits::jsonb) as l(key text))
  order by r.key for update;
  -- One attempt costs `every` seconds of budget and `burst` attempts fit into it. A refused
  -- attempt costs nothing, so that pressing on does not keep the door shut.
  select coalesce(max(extract(epoch from (r.busy_until - v_now)) - l.every * (l.burst - 1)), 0) into v_wait
  from public.rate_limits r
  join jsonb_to_recordset(p_limits::jsonb) as l(key text, every double precision, burst integer) on l.key = r.key;
  if v_wait > 0 then
    return v_wait;
  end if;
  update public.rate_limits r
  set busy_until = greatest(r.busy_until, v_now) + make_interval(secs => l.every)
  from jsonb_to_recordset(p_limits::jsonb) as l(key text, every double precision)
  where l.key = r.key;
  delete from public.rate_limits r where r.key in (
    select o.key from public.rate_limits o
    where o.busy_until < v_now - interval '1 minute' limit 20 for update skip locked);
  return 0;
end
$$;
comment on function public.server_take_attempt is
  'Takes one attempt from every limit ([{key, every, burst}], seconds) or none: 0, or how many seconds to wait.';

create function public.server_return_attempt(p_key text, p_every double precision)
returns void
language sql
security definer
set search_path = ''
as $$
  update public.rate_limits r set busy_until = r.busy_until - make_interval(secs => p_every)
  where r.key = p_key
$$;
comment on function public.server_return_attempt is 'Gives an attempt back: a successful one does not count.';

create function public.server_list_migrations()
returns text[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(m.version::text order by m.version), '{}')
  from supabase_migrations.schema_migrations m
$$;
comment on function public.server_list_migrations is 'Versions that were applied, for the check at start and for /readyz.';

grant execute on function public.close_my_sessions() to authenticated;
grant execute on function
  public.server_open_session(text, uuid, text, text, text, text, timestamptz),
  public.server_find_session(text, boolean),
  public.server_alive_sessions(text[]),
  public.server_claim_refresh(text, bigint, integer),
  public.server_store_tokens(text, bigint, text, timestamptz),
  public.server_choose_workspace(text, uuid),
  public.server_close_session(text),
  public.server_close_sessions_of(uuid),
  public.server_take_attempt(text),
  public.server_return_attempt(text, double precision),
  public.server_list_migrations()
to service_role;
