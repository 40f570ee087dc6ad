-- Purpose: many entries of the library at once: a workspace's import, which can be taken back, and the
-- shared part, which the server writes. Touches: library_imports (new). Locks: none. Undo: drop table and functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.library_imports (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  imported_by uuid not null,
  imported_at timestamptz not null default now(),
  file_hash text not null check (file_hash ~ '^[0-9a-f]{64}$'),
  added integer not null,
  corrected integer not null,
  unchanged integer not null,
  changes jsonb not null check (jsonb_typeof(changes) = 'array'),
  undone_at timestamptz,
  undone_by uuid,
  unique (workspace_id, id),
  check ((undone_at is null) = (undone_by is null)),
  foreign key (workspace_id, imported_by) references public.memberships (workspace_id, profile_id),
  foreign key (workspace_id, undone_by) references public.memberships (workspace_id, profile_id)
);
create index library_imports_latest_idx on public.library_imports (workspace_id, imported_at desc);
create index library_imports_member_idx on public.library_imports (workspace_id, imported_by);
create index library_imports_undone_idx on public.library_imports (workspace_id, undone_by) where undone_by is not null;
comment on table public.library_imports is 'Files that were read into a workspace''s library, and how it was before.';
comment on column public.library_imports.file_hash is 'SHA-256 of the file.';
comment on column public.library_imports.changes is
  'One for each entry that was written: its id, its revision since, and the entry as it was before (null: there was none).';

alter table public.library_imports enable row level security;
create policy "Professionals and coordinators read imports" on public.library_imports
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces_as('professional'))::uuid[])
    or workspace_id = any ((select private.my_workspaces_as('coordinator'))::uuid[]));
grant select on public.library_imports to authenticated;

create function private.read_entries(p_entries text, p_most integer)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_entries jsonb;
begin
  begin
    v_entries := p_entries::jsonb;
  exception when others then
    perform private.refuse('PT400', 'entry_invalid', 'These entries could not be read. Nothing was saved.');
  end;
  if jsonb_typeof(v_entries) is distinct from 'array' or jsonb_array_length(v_entries) not between 1 and p_most then
    perform private.refuse('PT400', 'entries_invalid', pg_catalog.format('Give one to %s entries at a time. Nothing was saved.', p_most));
  end if;
  select jsonb_agg(private.normalise_entry(e.entry) order by e.place) into v_entries
  from jsonb_array_elements(v_entries) with ordinality e (entry, place);
  if (select count(distinct (e ->> 'country', e ->> 'name')) from jsonb_array_elements(v_entries) e)
    <> jsonb_array_length(v_entries) then
    perform private.refuse('PT400', 'entries_twice', 'An entry is in there twice: name and country have to differ. Nothing was saved.');
  end if;
  return v_entries;
end
$$;
comment on function private.read_entries is 'A list of entries as they are kept, each name once a country.';

create function private.find_named(p_library uuid, p_country text, p_name text)
returns public.resources
language sql
stable
security definer
set search_path = ''
as $$
  select r from public.resources r
  where r.library_id = p_library and r.country = p_country and r.name = p_name and r.withdrawn_at is null
$$;
comment on function private.find_named is 'The entry of this name that is in use in a library, or null.';

create function private.import_entry(p_workspace uuid, p_me uuid, p_entry jsonb, p_preview boolean)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_own public.resources := private.find_named(p_workspace, p_entry ->> 'country', p_entry ->> 'name');
  v_shared public.resources := private.find_named(private.shared_library(), p_entry ->> 'country', p_entry ->> 'name');
  v_here public.resources;
  v_before jsonb;
  v_outcome text := 'added';
  v_id uuid;
begin
  -- A shared entry that the workspace shows under another name is not what this one is about.
  if exists (select 1 from public.resources r
      where r.library_id = p_workspace and r.replaces = v_shared.id and r.withdrawn_at is null) then
    v_shared := null;
  end if;
  v_here := case when v_own.id is null then v_shared else v_own end;
  if v_here.id is not null then
    v_before := private.entry_of(v_here);
    v_outcome := case when v_before = p_entry then 'unchanged' else 'corrected' end;
  end if;
  if p_preview or v_outcome = 'unchanged' then
    return jsonb_build_object('outcome', v_outcome);
  end if;
  v_id := private.write_entry(p_workspace, v_own.id, p_entry, p_me, case when v_own.id is null then v_shared.id end);
  return jsonb_build_object('outcome', v_outcome, 'change', jsonb_build_object('resource', v_id,
    'before', case when v_own.id is not null then v_before end,
    'revision', (select r.revision from public.resources r where r.id = v_id)));
end
$$;
comment on function private.import_entry is
  'What an entry is to the workspace''s library (added, corrected, unchanged), and, unless it is only asked, that it is so from now on.';

create function public.import_library(p_workspace uuid, p_entries text, p_file_hash text, p_preview boolean)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'professional', 'coordinator');
  v_entries jsonb := private.read_entries(p_entries, 1000);
  v_done jsonb[];
  v_outcomes text[];
  v_import uuid;
begin
  if coalesce(p_file_hash, '') !~ '^[0-9a-f]{64}$' or p_preview is null then
    perform private.refuse('PT400', 'entries_invalid', 'The file could not be read. Nothing was saved.');
  end if;
  perform private.lock_library(p_workspace);
  if (select count(*) from public.resources r where r.library_id = p_workspace) + jsonb_array_length(v_entries) > 5000 then
    perform private.refuse('PT409', 'too_many_resources', 'The library holds 5,000 entries of yours at most. Nothing was saved.');
  end if;
  select array_agg(private.import_entry(p_workspace, v_me, e.entry, p_preview) order by e.place) into v_done
  from jsonb_array_elements(v_entries) with ordinality e (entry, place);
  v_outcomes := array(select d.done ->> 'outcome' from unnest(v_done) with ordinality d (done, place) order by d.place);
  if not p_preview and exists (select 1 from unnest(v_outcomes) o where o <> 'unchanged') then
    insert into public.library_imports as i (workspace_id, imported_by, file_hash, added, corrected, unchanged, changes)
    values (p_workspace, v_me, p_file_hash,
      (select count(*) from unnest(v_outcomes) o where o = 'added'),
      (select count(*) from unnest(v_outcomes) o where o = 'corrected'),
      (select count(*) from unnest(v_outcomes) o where o = 'unchanged'),
      (select jsonb_agg(d.done -> 'change' order by d.place) filter (where d.done ? 'change')
        from unnest(v_done) with ordinality d (done, place)))
    returning i.id into v_import;
    perform private.record_event(p_workspace, v_me, 'library_imported', null, v_import,
      jsonb_build_object('file_hash', p_file_hash, 'entries', cardinality(v_outcomes)));
  end if;
  return jsonb_build_object('id', v_import, 'outcomes', v_outcomes);
end
$$;
comment on function public.import_library is
  'All entries of a file, or none. outcomes, in their order: added, corrected or unchanged. p_preview: says so and writes nothing. Entries not in the file stay.';

create function public.undo_library_import(p_workspace uuid, p_import uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'professional', 'coordinator');
  v_import public.library_imports;
  v_change record;
begin
  perform private.lock_library(p_workspace);
  select * into v_import from public.library_imports i where i.workspace_id = p_workspace and i.id = p_import for update;
  if v_import.id is null then
    perform private.refuse('PT404', 'not_found', 'That import is not in this workspace.');
  end if;
  if v_import.undone_at is not null then
    perform private.refuse('PT409', 'already_undone', 'That import was taken back already.');
  end if;
  if exists (select 1 from jsonb_array_elements(v_import.changes) c
      join public.resources r on r.id = (c ->> 'resource')::uuid
      where r.revision <> (c ->> 'revision')::integer) then
    perform private.refuse('PT409', 'changed_since', 'Some of its entries were changed since. Correct those that are wrong one by one.');
  end if;
  for v_change in
    select (c.change ->> 'resource')::uuid as resource, c.change -> 'before' as before
    from jsonb_array_elements(v_import.changes) with ordinality c (change, place) order by c.place desc
  loop
    if jsonb_typeof(v_change.before) = 'object' then
      perform private.write_entry(p_workspace, v_change.resource, v_change.before, v_me, null);
    else
      update public.resources r set withdrawn_at = now(), revision = r.revision + 1, changed_by = v_me, changed_at = now()
      where r.id = v_change.resource;
    end if;
  end loop;
  update public.library_imports i set undone_at = now(), undone_by = v_me where i.id = p_import;
  perform private.record_event(p_workspace, v_me, 'library_import_undone', null, p_import, null);
end
$$;
comment on function public.undo_library_import is
  'The library as before the import: new entries are withdrawn, others as they were, with the checks they had. Refused once somebody changed one of them.';

create function public.server_seed_library(p_entries text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_entries jsonb := private.read_entries(p_entries, 5000);
  v_library constant uuid := private.shared_library();
  v_entry jsonb;
  v_resource public.resources;
  v_added integer := 0;
  v_corrected integer := 0;
  v_withdrawn integer;
begin
  perform private.lock_library(v_library);
  for v_entry in select e from jsonb_array_elements(v_entries) e loop
    -- A withdrawn one comes back where it was, so that references to it hold.
    select * into v_resource from public.resources r
    where r.library_id = v_library and r.country = v_entry ->> 'country' and r.name = v_entry ->> 'name'
    order by r.withdrawn_at desc nulls first limit 1;
    if v_resource.id is null then
      perform private.write_entry(v_library, null, v_entry, null, null);
      v_added := v_added + 1;
    elsif v_resource.withdrawn_at is not null or private.entry_of(v_resource) <> v_entry then
      perform private.write_entry(v_library, v_resource.id, v_entry, null, null);
      v_corrected := v_corrected + 1;
    end if;
  end loop;
  update public.resources r set withdrawn_at = now(), revision = r.revision + 1, changed_at = now()
  where r.library_id = v_library and r.withdrawn_at is null
    and not exists (select 1 from jsonb_array_elements(v_entries) e
      where e ->> 'country' = r.country and e ->> 'name' = r.name);
  get diagnostics v_withdrawn = row_count;
  return jsonb_build_object('added', v_added, 'corrected', v_corrected, 'withdrawn', v_withdrawn);
end
$$;
comment on function public.server_seed_library is
  'Makes the shared part these entries: corrected ones change, missing ones are withdrawn. Doing it again changes nothing.';

grant execute on function
  public.import_library(uuid, text, text, boolean),
  public.undo_library_import(uuid, uuid)
to authenticated;
grant execute on function public.server_seed_library(text) to service_role;
