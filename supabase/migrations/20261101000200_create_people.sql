-- Purpose: who is here, in which workspace, with which roles and which checked credentials.
-- Touches: profiles, profile_contacts, workspaces, memberships, invitations, credentials.
-- Locks: none (new tables). Undo: drop the six tables.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.profiles (
  id uuid primary key,
  display_name text not null check (length(display_name) between 1 and 80),
  time_zone text not null default 'UTC' check (length(time_zone) between 1 and 64),
  created_at timestamptz not null default now()
);
comment on table public.profiles is 'One row a person. Made by the server when they first sign in.';
comment on column public.profiles.id is 'What auth.uid() returns. No reference to auth.users: people who sign in through OpenID Connect are not in it.';
comment on column public.profiles.time_zone is 'IANA name; times are stored in UTC and shown in this zone.';

create table public.profile_contacts (
  profile_id uuid primary key references public.profiles (id) on delete cascade,
  email text not null check (length(email) between 3 and 254)
);
comment on table public.profile_contacts is 'Apart from profiles, because colleagues may read names but not addresses.';

create table public.workspaces (
  id uuid primary key default gen_random_uuid(),
  name text not null check (length(name) between 1 and 80),
  approval_days integer not null default 180 check (approval_days between 1 and 730),
  created_at timestamptz not null default now()
);
comment on table public.workspaces is 'A team with its own people, drafts and record. Nothing is shared between two of them.';
comment on column public.workspaces.approval_days is 'How many days an approval is good for before the text must be read again.';

create table public.memberships (
  workspace_id uuid not null references public.workspaces (id),
  profile_id uuid not null references public.profiles (id),
  roles text[] not null check (
    cardinality(roles) between 1 and 3
    and roles <@ array['influencer', 'professional', 'coordinator']),
  suspended_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, profile_id)
);
create index memberships_profile_id_idx on public.memberships (profile_id);
comment on table public.memberships is 'Who belongs to a workspace, once a person, with all their roles there.';
comment on column public.memberships.roles is 'One to three of influencer, professional, coordinator; sorted, without repeats.';
comment on column public.memberships.suspended_at is 'Set: the person sees nothing of the workspace until a coordinator lets them back in.';

create table public.invitations (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id),
  email text not null check (length(email) between 3 and 254),
  roles text[] not null check (
    cardinality(roles) between 1 and 3
    and roles <@ array['influencer', 'professional', 'coordinator']),
  token_hash bytea not null unique,
  invited_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by uuid references public.profiles (id),
  revoked_at timestamptz
);
create index invitations_workspace_id_idx on public.invitations (workspace_id, created_at desc);
create index invitations_invited_by_idx on public.invitations (invited_by);
create index invitations_accepted_by_idx on public.invitations (accepted_by);
comment on table public.invitations is 'Links that let somebody join once. Used, revoked and expired ones stay as a record.';
comment on column public.invitations.token_hash is 'SHA-256 of the link''s token; the token itself is shown once and kept nowhere.';
comment on column public.invitations.invited_by is 'Null for the first coordinator of a workspace, whom the operator invites.';

create table public.credentials (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  profile_id uuid not null,
  profession text not null check (length(profession) between 1 and 80),
  register_url text not null check (register_url ~ '^https://' and length(register_url) <= 500),
  jurisdiction text not null check (length(jurisdiction) between 2 and 80),
  scope text[] not null check (cardinality(scope) between 1 and 20),
  submitted_by uuid not null references public.profiles (id),
  submitted_at timestamptz not null default now(),
  checked_by uuid references public.profiles (id),
  checked_at timestamptz,
  expires_on date,
  revoked_at timestamptz,
  unique (workspace_id, id),
  foreign key (workspace_id, profile_id) references public.memberships (workspace_id, profile_id),
  check ((checked_by is null) = (checked_at is null)),
  check (checked_at is null or expires_on is not null),
  check (checked_by is distinct from profile_id)
);
create index credentials_member_idx on public.credentials (workspace_id, profile_id, submitted_at desc);
create index credentials_profile_id_idx on public.credentials (profile_id);
create index credentials_submitted_by_idx on public.credentials (submitted_by);
create index credentials_checked_by_idx on public.credentials (checked_by);
comment on table public.credentials is 'What a professional may decide on, and who looked it up in the register. A renewal is a new row.';
comment on column public.credentials.register_url is 'The public register''s page of this person.';
comment on column public.credentials.scope is 'Topics, as in a post''s content, that the person is competent to decide on.';
comment on column public.credentials.expires_on is 'Last day on which the check counts; after it the person must be checked again.';

-- Who am I here: evaluated once per statement when wrapped in (select ...).

create function private.my_workspaces()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(m.workspace_id), '{}')
  from public.memberships m
  where m.profile_id = auth.uid() and m.suspended_at is null
$$;
comment on function private.my_workspaces is 'Workspaces the caller belongs to and is not suspended from.';

create function private.my_workspaces_as(p_role text)
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(m.workspace_id), '{}')
  from public.memberships m
  where m.profile_id = auth.uid() and m.suspended_at is null and p_role = any (m.roles)
$$;
comment on function private.my_workspaces_as is 'Workspaces in which the caller has the role and is not suspended.';

create function private.require_role(p_workspace uuid, variadic p_roles text[])
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_uid();
  v_roles text[];
begin
  select m.roles into v_roles from public.memberships m
  where m.workspace_id = p_workspace and m.profile_id = v_me and m.suspended_at is null;
  if v_roles is null then
    perform private.refuse('PT404', 'not_found', 'We could not find that. It may have moved, or it is not shared with you.');
  end if;
  if not v_roles && p_roles then
    perform private.refuse('PT403', 'role_missing', pg_catalog.format('Only %s may do this.',
      (select pg_catalog.string_agg(case r when 'influencer' then 'an influencer' else 'a ' || r end, ' or ')
        from pg_catalog.unnest(p_roles) r)));
  end if;
  return v_me;
end
$$;
comment on function private.require_role is
  'The caller, who has at least one of the roles in the workspace. A stranger is told that there is nothing there, a member that they may not.';

-- Without a search_path of its own, so that PostgreSQL writes it into the queries that call it.
create function private.is_current(p_credential public.credentials)
returns boolean
language sql
stable
as $$
  select p_credential.checked_at is not null and p_credential.revoked_at is null
    and p_credential.expires_on >= (now() at time zone 'UTC')::date
$$;
comment on function private.is_current is 'Whether decisions may be made under the credential today, in UTC.';

create function private.current_credential(p_workspace uuid, p_profile uuid, p_topic text)
returns public.credentials
language sql
stable
security definer
set search_path = ''
as $$
  select c from public.credentials c
  where c.workspace_id = p_workspace and c.profile_id = p_profile
    and private.is_current(c)
    and (p_topic is null or p_topic = any (c.scope))
  order by c.expires_on desc
  limit 1
$$;
comment on function private.current_credential is
  'The checked, unexpired credential under which the person may decide on the topic (any topic when null), or null.';

grant execute on function private.my_workspaces(), private.my_workspaces_as(text) to authenticated;

alter table public.profiles enable row level security;
alter table public.profile_contacts enable row level security;
alter table public.workspaces enable row level security;
alter table public.memberships enable row level security;
alter table public.invitations enable row level security;
alter table public.credentials enable row level security;

create policy "People read colleagues of a shared workspace and themselves" on public.profiles
  for select to authenticated
  using (id = (select auth.uid()) or exists (
    select 1 from public.memberships m
    where m.profile_id = profiles.id and m.workspace_id = any ((select private.my_workspaces())::uuid[])));

create policy "People read their own address, coordinators their members'" on public.profile_contacts
  for select to authenticated
  using (profile_id = (select auth.uid()) or exists (
    select 1 from public.memberships m
    where m.profile_id = profile_contacts.profile_id
      and m.workspace_id = any ((select private.my_workspaces_as('coordinator'))::uuid[])));

create policy "Members read their workspaces" on public.workspaces
  for select to authenticated
  using (id = any ((select private.my_workspaces())::uuid[]));

create policy "Members read who belongs to their workspaces" on public.memberships
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[]));

create policy "Coordinators read invitations of their workspaces" on public.invitations
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces_as('coordinator'))::uuid[]));

create policy "Members read credentials of their workspaces" on public.credentials
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[]));

grant select on public.profiles, public.profile_contacts, public.workspaces, public.memberships, public.credentials to authenticated;
grant select (id, workspace_id, email, roles, invited_by, created_at, expires_at, accepted_at, accepted_by, revoked_at)
  on public.invitations to authenticated;
