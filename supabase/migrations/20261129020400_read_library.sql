-- Purpose: the library as a workspace sees it, with the state of each entry's checks there.
-- Touches: functions only. Undo: drop the functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.check_state(p_next_due date)
returns text
language sql
stable
set search_path = ''
as $$
  select case
    when p_next_due is null then 'unchecked'
    when p_next_due < private.today() then 'overdue'
    when p_next_due <= private.today() + 14 then 'due'
    else 'current'
  end
$$;
comment on function private.check_state is 'What a check that counts through this day is worth today; due: it ends within two weeks. Null: none counts.';

create function public.list_contact_states(p_workspace uuid)
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
    and p_workspace = any (array(select unnest(private.my_workspaces())))
    and not exists (
      select 1 from public.resources own
      where own.replaces = r.id and own.library_id = p_workspace and own.withdrawn_at is null)
$$;
comment on function public.list_contact_states is
  'Every way to reach an entry of the library that is in use in the workspace (an entry without any has one row), and what its latest check there is worth today: current, due, overdue or unchecked. Only current and due ones may be given to people who look for help.';

create function private.library_entries(p_workspace uuid)
returns table (resource public.resources, state text, next_due date, check_seq bigint, pair_id text)
language sql
stable
set search_path = ''
as $$
  select r, s.state, s.next_due, s.check_seq,
    case when r.pair = '' then r.id::text else r.country || ' ' || lower(r.pair) end
  from (
    -- As weak as its weakest contact.
    select l.resource_id, max(l.check_seq) as check_seq,
      (array['unchecked', 'overdue', 'due', 'current'])[min(array_position(
        array['unchecked', 'overdue', 'due', 'current'], l.state))] as state,
      case when bool_and(l.next_due is not null) then min(l.next_due) end as next_due
    from public.list_contact_states(p_workspace) l group by l.resource_id) s
  join public.resources r on r.id = s.resource_id
  union all
  select r, 'withdrawn', null, null, r.id::text
  from public.resources r
  where r.library_id in (p_workspace, private.shared_library()) and r.withdrawn_at is not null
    and p_workspace = any (array(select unnest(private.my_workspaces())))
$$;
comment on function private.library_entries is
  'The entries a workspace has, those in use and those withdrawn. pair_id is the same for those that come together.';

create function private.matches_search(p_resource public.resources, p_search text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select not exists (
    select 1 from regexp_split_to_table(btrim(left(p_search, 100)), '\s+') word
    where word <> ''
      and p_resource.name || ' ' || p_resource.audience || ' ' || p_resource.words not ilike private.search_pattern(word)
      and not exists (select 1 from public.resource_contacts c
        where c.library_id = p_resource.library_id and c.resource_id = p_resource.id and c.removed_at is null
          and c.address || ' ' || c.keyword ilike private.search_pattern(word)))
    or (p_search ~ '[0-9]{2}' and p_search !~ '[[:alpha:]]' and exists (
      -- A number is found however it is spaced.
      select 1 from public.resource_contacts c
      where c.library_id = p_resource.library_id and c.resource_id = p_resource.id and c.removed_at is null
        and c.method in ('call', 'text')
        and regexp_replace(c.address, '[^0-9]', '', 'g') like '%' || regexp_replace(left(p_search, 100), '[^0-9]', '', 'g') || '%'))
$$;
comment on function private.matches_search is 'Whether every word is in name, audience, words or contacts, or the digits in a number.';

create function private.resource_json(p_workspace uuid, p_resource public.resources, p_state text, p_next_due date, p_check bigint)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.entry_of(p_resource) || jsonb_build_object(
    'id', p_resource.id, 'shared', p_resource.owner_id is null, 'replaces', p_resource.replaces is not null,
    'revision', p_resource.revision, 'changed_at', p_resource.changed_at,
    'changed_by_name', (select p.display_name from public.profiles p where p.id = p_resource.changed_by),
    'state', p_state, 'next_due', p_next_due,
    'check', (select jsonb_build_object('name', p.display_name, 'at', k.checked_at, 'method', k.method, 'source', k.source,
        'next_due', k.next_due)
      from public.resource_checks k join public.profiles p on p.id = k.checked_by
      where k.workspace_id = p_workspace and k.seq = p_check))
$$;
comment on function private.resource_json is 'An entry as pages show it; check is the latest, which counts only as far as state says.';

grant execute on function
  private.entry_of(public.resources),
  private.check_state(date),
  private.library_entries(uuid),
  private.matches_search(public.resources, text),
  private.resource_json(uuid, public.resources, text, date, bigint),
  public.list_contact_states(uuid)
to authenticated;

create function public.list_library(
  p_workspace uuid,
  p_search text default null,
  p_kind text default null,
  p_country text default null,
  p_topic text default null,
  p_language text default null,
  p_state text default null,
  p_offset integer default 0,
  p_limit integer default 20
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with entries as materialized (
    select e.*, (e.resource).country as country, (e.resource).name as name from private.library_entries(p_workspace) e
  ), met as (
    select e.* from entries e
    where (p_kind is null or (e.resource).kind = p_kind)
      and (p_country is null or e.country in (p_country, ''))
      and (p_topic is null or p_topic = any ((e.resource).topics))
      and (p_language is null or p_language = any ((e.resource).languages) or exists (
        select 1 from public.resource_contacts c where c.library_id = (e.resource).library_id
          and c.resource_id = (e.resource).id and c.removed_at is null and p_language = any (c.languages)))
      and (case when p_state is null then e.state <> 'withdrawn'
        when p_state = 'to_check' then e.state in ('unchecked', 'overdue', 'due')
        when p_state = 'usable' then e.state in ('current', 'due')
        else e.state = p_state end)
      and (coalesce(p_search, '') = '' or private.matches_search(e.resource, p_search))
  ), shown as (
    -- What comes with an entry is shown with it, whatever else was asked for.
    select e.*, min(e.name) over pair as leader, bool_or(e.state in ('current', 'due')) over pair as usable
    from entries e where e.pair_id in (select m.pair_id from met m)
    window pair as (partition by e.pair_id)
  ), numbered as (
    select s.*, dense_rank() over (
      order by not s.usable, s.country = '', s.country, s.leader, s.pair_id) as place
    from shown s
  )
  select jsonb_build_object(
    'total', (select count(*) from numbered),
    'groups', (select coalesce(max(n.place), 0) from numbered n),
    'counts', (select coalesce(jsonb_object_agg(c.state, c.entries), '{}')
      from (select e.state, count(*) as entries from entries e group by e.state) c),
    'countries', (select coalesce(jsonb_agg(distinct e.country) filter (where e.country <> ''), '[]') from entries e),
    'languages', (select coalesce(jsonb_agg(distinct l), '[]') from entries e cross join unnest((e.resource).languages) l),
    'imports', (select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'at', i.imported_at, 'name', i.name,
        'added', i.added, 'corrected', i.corrected) order by i.imported_at desc), '[]')
      from (select i.*, p.display_name as name from public.library_imports i join public.profiles p on p.id = i.imported_by
        where i.workspace_id = p_workspace and i.undone_at is null order by i.imported_at desc limit 3) i),
    'entries', (select coalesce(jsonb_agg(private.resource_json(p_workspace, n.resource, n.state, n.next_due, n.check_seq)
          || jsonb_build_object('group', n.place) order by n.place, n.name), '[]')
      from numbered n
      where n.place > greatest(0, coalesce(p_offset, 0))
        and n.place <= greatest(0, coalesce(p_offset, 0)) + greatest(1, least(coalesce(p_limit, 20), 5000))))
  where p_workspace = any (array(select unnest(private.my_workspaces())))
$$;
comment on function public.list_library is
  'Entries the workspace has, those that may be given first, then by country and name; those that come together have one group, counted by offset and limit. A country''s include those good anywhere. p_state: a state, to_check (unchecked, overdue, due) or usable (current, due); withdrawn ones only if asked for.';

create function public.get_resource(p_workspace uuid, p_resource uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.resource_json(p_workspace, e.resource, e.state, e.next_due, e.check_seq)
  from private.library_entries(p_workspace) e
  where (e.resource).id = p_resource
$$;
comment on function public.get_resource is 'One entry as list_library gives it, or null.';

grant execute on function
  public.list_library(uuid, text, text, text, text, text, text, integer, integer),
  public.get_resource(uuid, uuid)
to authenticated;
