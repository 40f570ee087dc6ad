-- Purpose: services of the library, or the operator's directory, go with a draft.
-- Touches: draft_resources, draft_directories, help_directories (all new), private.contact_states (asks the new
-- private.contact_states_of). Locks: none. Undo: restore private.contact_states of 20261130030100, drop the
-- functions and the three tables.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.help_directories (
  seq bigint generated always as identity primary key,
  address text not null check (length(address) <= 500),
  stated_at timestamptz not null default now()
);
comment on table public.help_directories is
  'Lists of services in many countries that the operator named, as the server stated them: the last row is the current one. Append-only.';
comment on column public.help_directories.address is 'Of its page; empty: the operator names none.';

create table public.draft_resources (
  workspace_id uuid not null,
  draft_id uuid not null,
  library_id uuid not null,
  resource_id uuid not null,
  attached_by uuid not null references public.profiles (id),
  attached_at timestamptz not null default now(),
  primary key (draft_id, resource_id),
  check (library_id in (workspace_id, '00000000-0000-0000-0000-000000000000'::uuid)),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id),
  foreign key (library_id, resource_id) references public.resources (library_id, id)
);
create index draft_resources_draft_idx on public.draft_resources (workspace_id, draft_id);
create index draft_resources_resource_idx on public.draft_resources (library_id, resource_id);
create index draft_resources_attached_by_idx on public.draft_resources (attached_by);
comment on table public.draft_resources is
  'Services that go with a post. What an approval rests on is kept with it, see approval_checks.';

create table public.draft_directories (
  workspace_id uuid not null,
  draft_id uuid not null primary key,
  address text not null check (length(address) between 1 and 500),
  attached_by uuid not null references public.profiles (id),
  attached_at timestamptz not null default now(),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id)
);
create index draft_directories_draft_idx on public.draft_directories (workspace_id, draft_id);
create index draft_directories_attached_by_idx on public.draft_directories (attached_by);
comment on table public.draft_directories is
  'Posts whose readers are sent to the operator''s directory, where the workspace has checked nothing.';
comment on column public.draft_directories.address is 'As it was then; it counts only while the operator names the same.';

create trigger help_directories_append_only before update or delete or truncate on public.help_directories
  for each statement execute function private.refuse_change();

alter table public.help_directories enable row level security;
alter table public.draft_resources enable row level security;
alter table public.draft_directories enable row level security;

create policy "Whoever reads a draft reads what help goes with it" on public.draft_resources
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and exists (select 1 from public.drafts d where d.id = draft_resources.draft_id));
create policy "Whoever reads a draft reads whether the directory goes with it" on public.draft_directories
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and exists (select 1 from public.drafts d where d.id = draft_directories.draft_id));
grant select on public.draft_resources, public.draft_directories to authenticated;

-- The operator's directory.

create function private.current_directory()
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce((select h.address from public.help_directories h order by h.seq desc limit 1), '')
$$;
comment on function private.current_directory is 'The address of the operator''s directory; empty while none is named.';

create function public.server_state_directory(p_address text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_address text := btrim(coalesce(p_address, ''));
begin
  if length(v_address) > 500 or v_address <> '' and v_address !~ '^https?://[^\s/]' then
    perform private.refuse('PT400', 'address_invalid', 'A directory has the full address of a page, such as https://example.org/services.');
  end if;
  lock table public.help_directories in share row exclusive mode;
  if private.current_directory() = v_address then
    return false;
  end if;
  insert into public.help_directories (address) values (v_address);
  return true;
end
$$;
comment on function public.server_state_directory is
  'From now on this is the operator''s directory; empty: there is none. Says whether that is new.';

-- Services and what their checks are worth.

create function private.contact_states_of(p_workspace uuid, p_resources uuid[])
returns table (resource_id uuid, contact_id uuid, state text, next_due date, check_seq bigint)
language sql
stable
set search_path = ''
as $$
  select r.id, c.id, private.check_state(counts.next_due), counts.next_due, latest.seq
  from public.resources r
  left join public.resource_contacts c
    on c.library_id = r.library_id and c.resource_id = r.id and c.removed_at is null
  left join lateral (
    select k.seq, k.next_due, k.told from public.resource_checks k
    where k.workspace_id = p_workspace and k.resource_id = r.id and k.contact_id is not distinct from c.id
    order by k.seq desc
    limit 1) latest on true
  left join lateral (select case when latest.told = r.told then latest.next_due end as next_due) counts on true
  where r.library_id in (p_workspace, private.shared_library()) and r.withdrawn_at is null
    and (p_resources is null or r.id = any (p_resources))
    and not exists (
      select 1 from public.resources own
      where own.replaces = r.id and own.library_id = p_workspace and own.withdrawn_at is null)
$$;
comment on function private.contact_states_of is
  'Of these entries (null: of all) every way to reach them and what its latest check in the workspace is worth, as list_contact_states; without asking who calls: row-level security and what calls it do.';

create or replace function private.contact_states(p_workspace uuid)
returns table (resource_id uuid, contact_id uuid, state text, next_due date, check_seq bigint)
language sql
stable
set search_path = ''
as $$
  select s.resource_id, s.contact_id, s.state, s.next_due, s.check_seq
  from private.contact_states_of(p_workspace, null) s
$$;

create function private.attached_ids(p_workspace uuid, p_draft uuid)
returns uuid[]
language sql
stable
set search_path = ''
as $$
  -- What was attached is a service: a workspace's own entry in place of a shared one stands for it, and
  -- the other way round once that is withdrawn.
  select coalesce(array_agg(distinct coalesce(own.id, root.id)), '{}')
  from public.draft_resources a
  join public.resources r on r.id = a.resource_id
  cross join lateral (select case when r.withdrawn_at is null then r.id else coalesce(r.replaces, r.id) end as id) root
  left join public.resources own
    on own.replaces = root.id and own.library_id = p_workspace and own.withdrawn_at is null
  where a.workspace_id = p_workspace and a.draft_id = p_draft
$$;
comment on function private.attached_ids is 'The entries that go with the draft, as the workspace has them now.';

create function private.helplines_of(p_workspace uuid, p_countries text[], p_ids uuid[])
returns table (resource public.resources, state text, next_due date, check_seq bigint, pair_id text)
language sql
stable
set search_path = ''
as $$
  with asked as materialized (
    select array_agg(r.id) as ids from public.resources r
    where r.library_id in (p_workspace, private.shared_library()) and r.withdrawn_at is null and r.kind = 'helpline'
      and r.country = any (array_append(p_countries, '')
        || array(select o.country from public.resources o where o.id = any (p_ids)))
  )
  select r, s.state, s.next_due, s.check_seq,
    case when r.pair = '' then r.id::text else r.country || ' ' || lower(r.pair) end
  from asked
  cross join lateral (
    -- As weak as its weakest contact.
    select l.resource_id, max(l.check_seq) as check_seq,
      (array['unchecked', 'overdue', 'due', 'current'])[min(array_position(
        array['unchecked', 'overdue', 'due', 'current'], l.state))] as state,
      case when bool_and(l.next_due is not null) then min(l.next_due) end as next_due
    from private.contact_states_of(p_workspace, coalesce(asked.ids, '{}')) l group by l.resource_id) s
  join public.resources r on r.id = s.resource_id
$$;
comment on function private.helplines_of is
  'Services the workspace shows in these countries, in those of these entries, and anywhere. pair_id is the same for those that come together.';

-- Attaching.

create function private.is_help_open(p_draft public.drafts)
returns boolean
language sql
stable
set search_path = ''
as $$
  select private.shown_state(p_draft.state, p_draft.approved_until)
    in ('drafting', 'in_review', 'changes_requested', 'on_hold', 'expired')
$$;
comment on function private.is_help_open is 'Whether what goes with the draft can change: an approval covers it, and a closed draft keeps it.';

create function private.lock_helped_draft(p_draft uuid)
returns public.drafts
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
begin
  if v_draft.author_id is distinct from auth.uid() then
    perform private.require_decider(v_draft, v_draft.topic);
    if private.version_to_approve(v_draft) is null then
      perform private.refuse('PT409', 'already_decided', 'This draft is not before you for a decision any more, so its help stays as it is.');
    end if;
  elsif not private.is_help_open(v_draft) then
    perform private.refuse('PT409', 'wrong_state',
      'What help goes with an approved or closed post cannot be changed. Change the text, or withdraw the draft, to go on with it.');
  end if;
  return v_draft;
end
$$;
comment on function private.lock_helped_draft is
  'The draft, locked, for its author while they may write, and for whoever may decide on it while it is before them; refused to others.';

create function private.note_help(p_draft public.drafts, p_action text, p_services integer)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if p_services = 0 then
    return;
  end if;
  update public.drafts d set change_number = d.change_number + 1 where d.id = p_draft.id;
  -- Which help a text asks for tells of the text: not which, and nothing before others may read it.
  if p_draft.first_submitted_at is not null then
    perform private.record_event(p_draft.workspace_id, auth.uid(), p_action, p_draft.id, null,
      jsonb_build_object('services', p_services));
  end if;
end
$$;
comment on function private.note_help is 'Records that so many services were attached or taken off; nothing of none.';

create function public.attach_help(p_draft uuid, p_resources uuid[])
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_helped_draft(p_draft);
  v_asked uuid[] := array(select distinct u from unnest(p_resources[:200]) u where u is not null);
  v_attached uuid[] := private.attached_ids(v_draft.workspace_id, p_draft);
  v_new uuid[];
  v_added integer;
begin
  select array_agg((l.resource).id) into v_new
  from private.helplines_of(v_draft.workspace_id, '{}', v_asked) l
  where l.pair_id in (
    select p.pair_id from private.helplines_of(v_draft.workspace_id, '{}', v_asked) p where (p.resource).id = any (v_asked));
  if cardinality(v_asked) = 0 or not v_asked <@ coalesce(v_new, '{}') then
    perform private.refuse('PT404', 'not_found', 'This service is not in your library any more. Choose another one.');
  end if;
  v_new := array(select u from unnest(v_new) u where u <> all (v_attached));
  if cardinality(v_attached) + cardinality(v_new) > 40 then
    perform private.refuse('PT409', 'too_many_services', 'A post can go with at most 40 services. Take some off first.');
  end if;
  insert into public.draft_resources (workspace_id, draft_id, library_id, resource_id, attached_by)
  select v_draft.workspace_id, p_draft, r.library_id, r.id, auth.uid()
  from public.resources r where r.id = any (v_new)
  -- Another entry stood for it meanwhile.
  on conflict (draft_id, resource_id) do nothing;
  get diagnostics v_added = row_count;
  perform private.note_help(v_draft, 'help_attached', v_added);
  return v_added;
end
$$;
comment on function public.attach_help is
  'Lets services of the library go with a post, each with those that it comes together with. They count for an approval once and while they are checked. Returns how many are new.';

create function public.take_off_help(p_draft uuid, p_resources uuid[])
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_helped_draft(p_draft);
  v_asked uuid[] := array(select distinct u from unnest(p_resources[:200]) u where u is not null);
  v_off uuid[];
  v_removed integer;
begin
  v_off := v_asked || array(
    select (l.resource).id from private.helplines_of(v_draft.workspace_id, '{}', v_asked) l
    where l.pair_id in (
      select p.pair_id from private.helplines_of(v_draft.workspace_id, '{}', v_asked) p where (p.resource).id = any (v_asked)));
  delete from public.draft_resources a
  using public.resources r
  where a.workspace_id = v_draft.workspace_id and a.draft_id = p_draft and r.id = a.resource_id
    -- Also what stands for it now, or what it stands for.
    and (r.id = any (v_off) or r.replaces = any (v_off)
      or exists (select 1 from public.resources own where own.id = any (v_off) and own.replaces in (r.id, r.replaces)));
  get diagnostics v_removed = row_count;
  perform private.note_help(v_draft, 'help_taken_off', v_removed);
  return v_removed;
end
$$;
comment on function public.take_off_help is
  'Services do not go with a post any more, nor do those that each comes together with. Returns how many that were.';

create function public.attach_directory(p_draft uuid, p_attached boolean)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_helped_draft(p_draft);
  v_address text := private.current_directory();
  v_changed integer;
begin
  if p_attached is not true then
    delete from public.draft_directories x where x.workspace_id = v_draft.workspace_id and x.draft_id = p_draft;
    get diagnostics v_changed = row_count;
    perform private.note_help(v_draft, 'help_taken_off', v_changed);
    return v_changed > 0;
  end if;
  if v_address = '' then
    perform private.refuse('PT409', 'no_directory', 'Whoever runs Tandem has not named a directory of services.');
  end if;
  insert into public.draft_directories as x (workspace_id, draft_id, address, attached_by)
  values (v_draft.workspace_id, p_draft, v_address, auth.uid())
  on conflict (draft_id) do update set address = v_address, attached_by = auth.uid(), attached_at = now()
    where x.address <> v_address;
  get diagnostics v_changed = row_count;
  perform private.note_help(v_draft, 'help_attached', v_changed);
  return v_changed > 0;
end
$$;
comment on function public.attach_directory is
  'Sends a post''s readers to the operator''s directory, or not any more. It counts for an approval only in countries in which the workspace has nothing checked. Says whether that is new.';

grant execute on function
  private.current_directory(), private.contact_states_of(uuid, uuid[]), private.attached_ids(uuid, uuid),
  private.helplines_of(uuid, text[], uuid[]), private.is_help_open(public.drafts),
  public.attach_help(uuid, uuid[]), public.take_off_help(uuid, uuid[]), public.attach_directory(uuid, boolean)
to authenticated;
grant execute on function public.server_state_directory(text) to service_role;
