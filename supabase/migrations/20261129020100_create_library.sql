-- Purpose: the help library: services, guides and evidence cards, how to reach them, and who checked that.
-- Touches: resources, resource_contacts, resource_checks (all new). Locks: none. Undo: drop the three tables
-- and private.my_libraries, private.shared_library.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.shared_library()
returns uuid
language sql
immutable
set search_path = ''
as $$
  select '00000000-0000-0000-0000-000000000000'::uuid
$$;
comment on function private.shared_library is 'The library that all workspaces read and the server alone writes.';

create table public.resources (
  id uuid primary key default gen_random_uuid(),
  library_id uuid not null,
  owner_id uuid generated always as (nullif(library_id, '00000000-0000-0000-0000-000000000000'::uuid)) stored
    references public.workspaces (id),
  replaces uuid references public.resources (id),
  kind text not null check (kind in ('helpline', 'guide', 'evidence_card')),
  name text not null check (length(name) between 1 and 120),
  country text not null check (country ~ '^([A-Z]{2})?$'),
  topics text[] not null check (cardinality(topics) between 1 and 8),
  audience text not null check (length(audience) <= 400),
  languages text[] not null check (cardinality(languages) <= 40),
  words text not null check (length(words) <= 2000),
  sources text[] not null check (cardinality(sources) <= 10),
  seen text not null check (seen ~ '^([0-9]{4}-[0-9]{2})?$'),
  confidence text not null check (confidence in ('', 'high', 'medium')),
  pair text not null check (length(pair) <= 60),
  -- Characters that no name has keep the parts apart.
  told text generated always as (md5(
    kind || chr(31) || name || chr(31) || country || chr(31) || audience || chr(31) || words)) stored,
  revision integer not null default 1,
  changed_by uuid references public.profiles (id),
  changed_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  unique (library_id, id),
  check (replaces is null or owner_id is not null),
  check ((changed_by is null) = (owner_id is null))
);
create unique index resources_name_idx on public.resources (library_id, country, name) where withdrawn_at is null;
create unique index resources_replaces_idx on public.resources (replaces, library_id)
  where replaces is not null and withdrawn_at is null;
-- The one above leaves the withdrawn out, which reference as well.
create index resources_replaced_idx on public.resources (replaces) where replaces is not null;
create index resources_owner_idx on public.resources (owner_id) where owner_id is not null;
create index resources_changed_by_idx on public.resources (changed_by) where changed_by is not null;
comment on table public.resources is
  'Where people find help (helplines) and what writers can lean on (guides, evidence cards): a shared part, and what each workspace adds or corrects.';
comment on column public.resources.library_id is 'The workspace whose entry it is; all zeros in the shared part, which the server alone writes.';
comment on column public.resources.owner_id is 'The workspace again, null in the shared part.';
comment on column public.resources.replaces is 'The shared entry that the workspace shows this one in place of.';
comment on column public.resources.country is 'ISO 3166-1 alpha-2; empty: good anywhere.';
comment on column public.resources.seen is 'Year and month of the newest source behind it, as far as known.';
comment on column public.resources.pair is 'Entries of one country with the same word come together, such as a line for adults and one for the young.';
comment on column public.resources.told is 'Changes with what readers are told of it; a check of other words does not count.';
comment on column public.resources.withdrawn_at is 'Set: it is kept as a record and shown to nobody who looks for help.';

create table public.resource_contacts (
  id uuid primary key default gen_random_uuid(),
  library_id uuid not null,
  resource_id uuid not null,
  position integer not null check (position between 1 and 20),
  method text not null check (method in ('call', 'text', 'chat', 'web', 'mail')),
  address text not null check (length(address) between 1 and 500),
  keyword text not null check (length(keyword) <= 40),
  hours text not null check (length(hours) <= 200),
  time_zone text not null check (length(time_zone) <= 64),
  cost text not null check (cost in ('', 'free', 'paid')),
  languages text[] not null check (cardinality(languages) <= 40),
  removed_at timestamptz,
  unique (library_id, resource_id, id),
  foreign key (library_id, resource_id) references public.resources (library_id, id)
);
comment on table public.resource_contacts is
  'One way to reach a resource. A corrected one is a new row, so that nobody takes the check of the old number for one of the new.';
comment on column public.resource_contacts.address is 'The number exactly as dialled, or the address of a page or mailbox.';
comment on column public.resource_contacts.keyword is 'The word to text, if one is needed.';
comment on column public.resource_contacts.hours is 'In words, local time; 24/7 where it never closes; empty: not known.';
comment on column public.resource_contacts.time_zone is 'IANA name of the zone of these hours; empty where it makes no difference or is not known.';
comment on column public.resource_contacts.cost is 'For whoever calls; empty: not known.';
comment on column public.resource_contacts.languages is 'Where they are not those of the resource.';

create table public.resource_checks (
  workspace_id uuid not null,
  seq bigint generated always as identity,
  library_id uuid not null,
  resource_id uuid not null,
  contact_id uuid,
  told text not null,
  checked_by uuid not null,
  checked_at timestamptz not null default now(),
  method text not null check (method in ('own_page', 'confirmed', 'public_body', 'doubt')),
  source text not null check (length(source) between 1 and 500),
  next_due date,
  primary key (workspace_id, seq),
  check (library_id in (workspace_id, '00000000-0000-0000-0000-000000000000'::uuid)),
  check ((next_due is null) = (method = 'doubt')),
  foreign key (workspace_id, checked_by) references public.memberships (workspace_id, profile_id),
  foreign key (library_id, resource_id) references public.resources (library_id, id),
  foreign key (library_id, resource_id, contact_id) references public.resource_contacts (library_id, resource_id, id)
);
create index resource_checks_latest_idx on public.resource_checks (workspace_id, resource_id, seq desc);
create index resource_checks_contact_idx on public.resource_checks (library_id, resource_id, contact_id);
create index resource_checks_member_idx on public.resource_checks (workspace_id, checked_by);
comment on table public.resource_checks is
  'Who looked when whether a contact is right, and where. Counts in that workspace only, the latest of each contact.';
comment on column public.resource_checks.contact_id is 'Null for an entry without contacts: its words were checked.';
comment on column public.resource_checks.method is 'How; doubt: it is not right any more, so that earlier checks do not count.';
comment on column public.resource_checks.source is 'The page that was read, or what was heard from whom.';
comment on column public.resource_checks.next_due is 'Last day on which the check counts.';

create trigger resource_checks_append_only before update or delete or truncate on public.resource_checks
  for each statement execute function private.refuse_change();

create function private.my_libraries()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select case when cardinality(m.mine) = 0 then '{}' else array_append(m.mine, private.shared_library()) end
  from (select private.my_workspaces() as mine) m
$$;
comment on function private.my_libraries is 'The caller''s workspaces, and the shared library for whoever has one.';
grant execute on function private.my_libraries(), private.shared_library() to authenticated;

alter table public.resources enable row level security;
alter table public.resource_contacts enable row level security;
alter table public.resource_checks enable row level security;
create policy "Members read the shared library and their workspaces'" on public.resources
  for select to authenticated
  using (library_id = any ((select private.my_libraries())::uuid[]));
create policy "Members read the shared library and their workspaces'" on public.resource_contacts
  for select to authenticated
  using (library_id = any ((select private.my_libraries())::uuid[]));
create policy "Members read checks of their workspaces" on public.resource_checks
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[]));
grant select on public.resources, public.resource_contacts, public.resource_checks to authenticated;
