-- Purpose: professionals and coordinators hear in time that checks of the library end, and when they have ended.
-- Touches: check_reminders (new), notifications (draft_id may be null: it is about the library), functions.
-- Locks: notifications exclusively for a moment. Undo: delete notifications without a draft, make the column not null,
-- drop the index, table and new function; restore the policy, private.describe_session, read_notifications and
-- list_notifications of 20261128010300.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.check_reminders (
  workspace_id uuid not null references public.workspaces (id),
  resource_id uuid not null references public.resources (id),
  next_due date not null,
  state text not null check (state in ('due', 'overdue')),
  reminded_at timestamptz not null default now(),
  primary key (workspace_id, resource_id, next_due, state)
);
create index check_reminders_resource_idx on public.check_reminders (resource_id);
comment on table public.check_reminders is
  'Of which ends of checks people were told: once when one is near, once when it is over. A new check has another end.';
alter table public.check_reminders enable row level security;

-- An app from before reads null as a draft without an id, whose link leads to the list; nothing of it breaks.
-- squawk-ignore ban-drop-not-null
alter table public.notifications alter column draft_id drop not null;
comment on column public.notifications.draft_id is 'Null: it is about the library.';
-- squawk-ignore require-concurrent-index-creation
create unique index notifications_unread_library_idx on public.notifications (profile_id, workspace_id, kind)
  where read_at is null and draft_id is null;

alter policy "People read what they were told" on public.notifications
  using (profile_id = (select auth.uid()) and workspace_id = any ((select private.my_workspaces())::uuid[])
    and (draft_id is null or not draft_id = any ((select private.my_hidden_drafts())::uuid[])
      or kind = any ((select private.kinds_of_hidden_posts())::text[])
        and workspace_id = any ((select private.my_workspaces_as('coordinator'))::uuid[])));

create function private.tell_checkers(p_workspace uuid, p_kind text, p_entries bigint)
returns void
language sql
security definer
set search_path = ''
as $$
  -- Ordered as in private.notify. What is not read yet grows.
  insert into public.notifications as n (workspace_id, profile_id, kind, detail)
  select p_workspace, m.profile_id, p_kind, jsonb_build_object('entries', p_entries)
  from public.memberships m
  where m.workspace_id = p_workspace and m.suspended_at is null and m.roles && array['professional', 'coordinator']
    and p_entries > 0
  order by m.profile_id
  on conflict (profile_id, workspace_id, kind) where read_at is null and draft_id is null
    do update set created_at = now(),
      detail = jsonb_build_object('entries', (n.detail ->> 'entries')::bigint + (excluded.detail ->> 'entries')::bigint)
$$;
comment on function private.tell_checkers is 'Tells those who may check entries of the library, of so many entries; nobody of none.';

create function public.server_remind_of_checks()
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
  return v_told;
end
$$;
comment on function public.server_remind_of_checks is
  'Tells professionals and coordinators of checks that end within two weeks and of those that have ended, of each once; returns of how many. To be called now and then.';
grant execute on function public.server_remind_of_checks() to service_role;

create or replace function private.describe_session(p_session public.web_sessions)
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
        jsonb_build_object('workspace_id', w.id, 'workspace_name', w.name, 'roles', m.roles,
          -- As the person themselves would count them.
          'unread', (select count(*) from public.notifications n left join public.drafts d on d.id = n.draft_id
            where n.profile_id = p.id and n.workspace_id = w.id and n.read_at is null
              and (n.draft_id is null or not d.professionals_only or d.author_id = p.id or 'professional' = any (m.roles)
                or n.kind = any (private.kinds_of_hidden_posts()) and 'coordinator' = any (m.roles))))
        order by w.name, w.id)
      from public.memberships m
      join public.workspaces w on w.id = m.workspace_id
      where m.profile_id = p.id and m.suspended_at is null), '[]'::jsonb))
  from public.profiles p
  left join public.profile_contacts c on c.profile_id = p.id
  where p.id = p_session.profile_id
$$;

create or replace function public.read_notifications(p_workspace uuid, p_ids uuid[] default null)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_uid();
  v_read integer;
begin
  -- Locked in one order: whoever assigns many drafts tells the same person of each in that order.
  update public.notifications n set read_at = now()
  from (select u.id from public.notifications u
    where u.profile_id = v_me and u.workspace_id = p_workspace and u.read_at is null
      and (p_ids is null or u.id = any (p_ids))
      and (u.draft_id is null or not u.draft_id = any ((select private.my_hidden_drafts())::uuid[])
        or u.kind = any (private.kinds_of_hidden_posts()))
    order by u.draft_id, u.kind for update) unread
  where n.id = unread.id;
  get diagnostics v_read = row_count;
  return v_read;
end
$$;

create or replace function public.list_notifications(
  p_workspace uuid, p_before timestamptz default null, p_limit integer default 25, p_before_id uuid default null,
  p_unread boolean default false
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'unread', (select count(*) from public.notifications n
      where n.profile_id = (select auth.uid()) and n.workspace_id = p_workspace and n.read_at is null),
    'notifications', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'kind', x.kind, 'draft_id', x.draft_id,
        'title', coalesce(d.title, ''), 'author_id', d.author_id, 'post', h.post, 'subject_id', x.subject_id, 'detail', x.detail, 'times', x.times,
        'created_at', x.created_at, 'read_at', x.read_at,
        'actor_name', (select p.display_name from public.profiles p where p.id = x.actor_id))
        order by x.created_at desc, x.id desc), '[]')
      from (select n.* from public.notifications n
        where n.profile_id = (select auth.uid()) and n.workspace_id = p_workspace
          and (p_before is null or n.created_at <= p_before)
          -- What one transaction wrote has one time: the id tells where the page before it ended.
          and (p_before is null or n.created_at < p_before or n.id < p_before_id)
          and (not coalesce(p_unread, false) or n.read_at is null)
        order by n.created_at desc, n.id desc limit greatest(1, least(coalesce(p_limit, 25), 101))) x
      left join public.drafts d on d.id = x.draft_id
      cross join lateral (select case when d.id is null and x.kind = any (private.kinds_of_hidden_posts())
        then private.hidden_post_json(x.draft_id) end as post) h
      where x.draft_id is null or d.id is not null or h.post is not null))
  where p_workspace = any ((select private.my_workspaces())::uuid[])
$$;
comment on function public.list_notifications is
  'The caller''s own, latest first, and how many are unread. p_before with p_before_id: only those after that one in the list; p_unread: only those not read yet. post is set, and title empty, where a coordinator is told of a post whose draft they may not read; draft_id is null where it is about the library. Null for strangers.';
