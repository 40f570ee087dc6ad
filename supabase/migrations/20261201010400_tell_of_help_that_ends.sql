-- Purpose: the library says which posts rely on a service; their people hear when it changes or is not checked any more.
-- Touches: help_alerts (new), triggers on resources and resource_checks, list_library (each entry's posts),
-- server_remind_of_checks. Locks: resources and resource_checks for a moment. Undo: drop the triggers, the table and
-- the new functions; restore list_library of 20261129020400 and server_remind_of_checks of 20261130030200.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.help_alerts (
  workspace_id uuid not null,
  draft_id uuid not null,
  resource_id uuid not null references public.resources (id),
  kind text not null check (kind in ('help_changed', 'help_ended')),
  stamp text not null check (length(stamp) <= 80),
  told_at timestamptz not null default now(),
  primary key (draft_id, resource_id, kind, stamp),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id)
);
create index help_alerts_draft_idx on public.help_alerts (workspace_id, draft_id);
create index help_alerts_resource_idx on public.help_alerts (resource_id);
comment on table public.help_alerts is
  'Of which changes to services people were told because a live post relies on them: of each once.';
comment on column public.help_alerts.stamp is 'Which change: the revision of an entry, or the check that does not count any more.';
alter table public.help_alerts enable row level security;

create function private.is_live(p_draft public.drafts)
returns boolean
language sql
stable
set search_path = ''
as $$
  select private.shown_state(p_draft.state, p_draft.approved_until) = 'approved'
    or p_draft.state = 'published' and p_draft.taken_down_at is null
$$;
comment on function private.is_live is 'Whether the public sees the post, or it may be published any time.';

create function private.list_uses(p_workspace uuid)
returns table (root uuid, draft_id uuid)
language sql
stable
set search_path = ''
as $$
  -- A workspace's own entry in place of a shared one and that one are one service.
  select distinct coalesce(r.replaces, r.id), d.id
  from public.draft_resources a
  join public.drafts d on d.workspace_id = a.workspace_id and d.id = a.draft_id
  join public.resources r on r.id = a.resource_id
  where a.workspace_id = p_workspace and private.is_live(d)
$$;
comment on function private.list_uses is 'Which live posts, of those the caller may read, rely on which service; root is the shared entry where there is one.';

create function public.list_posts_with(p_workspace uuid, p_resource uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'title', d.title, 'state', d.state,
    'author_name', (select p.display_name from public.profiles p where p.id = d.author_id)) order by d.title, d.id), '[]')
  from (
    select d.* from private.list_uses(p_workspace) u
    join public.resources r on r.id = p_resource and u.root = coalesce(r.replaces, r.id)
    join public.drafts d on d.id = u.draft_id
    order by d.title, d.id
    limit 100) d
  where p_workspace = any ((select private.my_workspaces())::uuid[])
$$;
comment on function public.list_posts_with is 'Live posts that rely on a service, as far as the caller may read them; at most 100.';

create function private.what_is_told(p_entry jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_array(p_entry -> 'name', p_entry -> 'country', p_entry -> 'audience', p_entry -> 'words', p_entry -> 'contacts')
$$;
comment on function private.what_is_told is 'What readers are told of a service, as far as a post can say it.';

create function private.tell_of_help(p_workspace uuid, p_root uuid default null)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts;
  v_one record;
  v_new integer;
  v_told integer := 0;
begin
  for v_one in
    select g.draft_id, g.id, g.is_same, g.stamp
    from (
      select d.id as draft_id, root.id,
        now_is.told is not null and now_is.told = private.what_is_told(s.value) as is_same,
        coalesce(now_is.state in ('current', 'due'), false) as counts,
        coalesce(case when now_is.told = private.what_is_told(s.value) then 'check ' || coalesce(now_is.check_seq::text, 'none')
          || ' ' || now_is.state else now_is.id || ' ' || now_is.revision end, 'gone') as stamp
      from public.drafts d
      join public.approval_checks k on k.draft_id = d.id and k.version_number = d.approved_version
      cross join lateral jsonb_array_elements(coalesce(k.help -> 'services', '[]')) s
      join public.resources old on old.id = (s.value ->> 'id')::uuid
      cross join lateral (select coalesce(old.replaces, old.id) as id) root
      left join lateral (
        select (l.resource).id, (l.resource).revision, l.state, l.check_seq, private.what_is_told(private.entry_of(l.resource)) as told
        from private.helplines_of(p_workspace, '{}', array[root.id] || array(
          select own.id from public.resources own where own.replaces = root.id and own.library_id = p_workspace)) l
        where coalesce((l.resource).replaces, (l.resource).id) = root.id
        limit 1) now_is on true
      -- What did not count then was no reason to approve it.
      where d.workspace_id = p_workspace and private.is_live(d) and s.value ->> 'state' in ('current', 'due')
        and (p_root is null or root.id = p_root)
    ) g
    where not (g.is_same and g.counts)
    order by g.draft_id, g.id
  loop
    insert into public.help_alerts (workspace_id, draft_id, resource_id, kind, stamp)
    values (p_workspace, v_one.draft_id, v_one.id,
      case when v_one.is_same then 'help_ended' else 'help_changed' end, v_one.stamp)
    on conflict do nothing;
    get diagnostics v_new = row_count;
    continue when v_new = 0;
    select * into v_draft from public.drafts d where d.id = v_one.draft_id;
    perform private.notify(v_draft, array(
      select m.profile_id from public.memberships m
      where m.workspace_id = p_workspace and (m.profile_id = v_draft.author_id or 'coordinator' = any (m.roles))),
      case when v_one.is_same then 'help_ended' else 'help_changed' end, v_one.id);
    v_told := v_told + 1;
  end loop;
  return v_told;
end
$$;
comment on function private.tell_of_help is
  'Tells authors and coordinators of live posts whose services (p_root: only this one) say something else than when they were approved, or are not checked any more; of each change once.';

create function private.tell_of_changed_resource()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- The shared part belongs to no workspace: what changes there is told within the hour.
  if new.owner_id is not null then
    perform private.tell_of_help(new.owner_id, coalesce(new.replaces, new.id));
  end if;
  return null;
end
$$;
comment on function private.tell_of_changed_resource is 'At the end of the transaction, when its ways to be reached are written as well.';

create function private.tell_of_doubt()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.tell_of_help(new.workspace_id, coalesce(r.replaces, r.id))
  from public.resources r where r.id = new.resource_id;
  return null;
end
$$;
comment on function private.tell_of_doubt is 'At the end of the transaction that says that a service is not right any more.';

create constraint trigger resources_tell_of_change after insert or update on public.resources
  deferrable initially deferred for each row execute function private.tell_of_changed_resource();
create constraint trigger resource_checks_tell_of_doubt after insert on public.resource_checks
  deferrable initially deferred for each row when (new.method = 'doubt') execute function private.tell_of_doubt();

create or replace function public.list_library(
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
  ), used as materialized (
    select u.root, count(*) as posts from private.list_uses(p_workspace) u group by u.root
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
          || jsonb_build_object('group', n.place, 'posts', coalesce(u.posts, 0)) order by n.place, n.name), '[]')
      from numbered n
      left join used u on u.root = coalesce((n.resource).replaces, (n.resource).id)
      where n.place > greatest(0, coalesce(p_offset, 0))
        and n.place <= greatest(0, coalesce(p_offset, 0)) + greatest(1, least(coalesce(p_limit, 20), 5000))))
  where p_workspace = any (array(select unnest(private.my_workspaces())))
$$;
comment on function public.list_library is
  'Entries the workspace has, those that may be given first, then by country and name; those that come together have one group, counted by offset and limit. posts: how many live posts rely on it, of those the caller may read. A country''s include those good anywhere. p_state: a state, to_check (unchecked, overdue, due) or usable (current, due); withdrawn ones only if asked for.';

create or replace function public.server_remind_of_checks()
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_workspace uuid;
  v_due bigint;
  v_over bigint;
  v_told integer := 0;
begin
  -- Several processes may ask at once; one does it.
  if not pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended('reminders of checks', 0)) then
    return 0;
  end if;
  for v_workspace in
    select distinct k.workspace_id from public.resource_checks k
    where k.next_due <= private.today() + 14
    order by k.workspace_id
  loop
    with ends as (
      -- As good as its weakest contact; one that was changed or doubted since is not checked at all.
      select s.resource_id, min(s.next_due) as next_due, private.check_state(min(s.next_due)) as state
      from private.contact_states(v_workspace) s
      group by s.resource_id
      having bool_and(s.state <> 'unchecked') and min(s.next_due) <= private.today() + 14
    ), fresh as (
      insert into public.check_reminders (workspace_id, resource_id, next_due, state)
      select v_workspace, e.resource_id, e.next_due, e.state from ends e
      on conflict do nothing
      returning state
    )
    select count(*) filter (where f.state = 'due'), count(*) filter (where f.state = 'overdue') into v_due, v_over
    from fresh f;
    perform private.tell_checkers(v_workspace, 'checks_ending', v_due);
    perform private.tell_checkers(v_workspace, 'checks_ended', v_over);
    v_told := v_told + v_due + v_over;
  end loop;
  for v_workspace in select distinct a.workspace_id from public.draft_resources a order by a.workspace_id loop
    v_told := v_told + private.tell_of_help(v_workspace);
  end loop;
  return v_told;
end
$$;
comment on function public.server_remind_of_checks is
  'Tells professionals and coordinators of checks that end within two weeks and of those that have ended, and people of live posts that rely on services which changed or are not checked any more; of each once, and returns of how many. To be called now and then.';

grant execute on function
  private.is_live(public.drafts), private.list_uses(uuid), public.list_posts_with(uuid, uuid)
to authenticated;
