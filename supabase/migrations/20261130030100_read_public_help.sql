-- Purpose: what the public help pages show: services whose checks count in a workspace, for the server alone.
-- Touches: functions only. Undo: drop the new functions, restore list_contact_states of 20261129020400.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.contact_states(p_workspace uuid)
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
    and not exists (
      select 1 from public.resources own
      where own.replaces = r.id and own.library_id = p_workspace and own.withdrawn_at is null)
$$;
comment on function private.contact_states is
  'As list_contact_states, without asking who calls: row-level security and what calls it do.';
grant execute on function private.contact_states(uuid) to authenticated;

create or replace function public.list_contact_states(p_workspace uuid)
returns table (resource_id uuid, contact_id uuid, state text, next_due date, check_seq bigint)
language sql
stable
set search_path = ''
as $$
  select s.resource_id, s.contact_id, s.state, s.next_due, s.check_seq
  from private.contact_states(p_workspace) s
  where p_workspace = any (array(select unnest(private.my_workspaces())))
$$;

create function private.public_line(p_workspace uuid, p_resource public.resources, p_until date, p_check bigint)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.entry_of(p_resource) || jsonb_build_object('until', p_until, 'checked_at', k.checked_at,
    'checked_how', k.method)
  from public.resource_checks k
  where k.workspace_id = p_workspace and k.seq = p_check
$$;
comment on function private.public_line is
  'A service with when and how it was checked; not by whom or where, which would name people to anybody.';

create function public.server_list_help(p_workspace uuid default null)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with place as (
    select w.id, w.name from public.workspaces w
    where case when p_workspace is null then (select count(*) from public.workspaces) = 1 else w.id = p_workspace end
  ), lines as (
    select r as resource, s.until, s.check_seq, s.usable,
      case when r.pair = '' then r.id::text else r.country || ' ' || lower(r.pair) end as pair_id
    from place
    cross join lateral (
      -- As good as its weakest contact.
      select l.resource_id, min(l.next_due) as until, max(l.check_seq) as check_seq,
        bool_and(l.state in ('current', 'due')) as usable
      from private.contact_states(place.id) l group by l.resource_id) s
    join public.resources r on r.id = s.resource_id
    where r.kind = 'helpline'
  ), paired as (
    select l.*, count(*) over (partition by l.pair_id) as in_pair from lines l
  )
  select jsonb_build_object('workspace', jsonb_build_object('id', place.id, 'name', place.name),
    'lines', (select coalesce(jsonb_agg(private.public_line(place.id, l.resource, l.until, l.check_seq)
          || jsonb_build_object('pair_id', l.pair_id, 'in_pair', l.in_pair)
        order by (l.resource).country, (l.resource).name), '[]')
      from paired l where l.usable))
  from place
$$;
comment on function public.server_list_help is
  'Services that may be given to anybody who looks for help, as checked in the workspace; of the only workspace there is where none is named. until: the last day the check counts. in_pair: how many come together, those that must not be shown included. Null: no such workspace. As many as a library holds: some five thousand.';

grant execute on function public.server_list_help(uuid) to service_role;
