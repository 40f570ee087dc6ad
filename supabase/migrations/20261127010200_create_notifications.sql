-- Purpose: telling people what happened, inside the app; the functions that change states write it.
-- Touches: notifications (new); server_find_session's answer. Locks: none worth naming.
-- Undo: drop the table and functions, restore private.describe_session of 20261101000700.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.notifications (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  kind text not null check (kind ~ '^[a-z_]{3,40}$'),
  draft_id uuid not null,
  actor_id uuid references public.profiles (id),
  subject_id uuid,
  detail jsonb not null default '{}' check (jsonb_typeof(detail) = 'object'),
  times integer not null default 1,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id)
);
create index notifications_newest_idx on public.notifications (profile_id, workspace_id, created_at desc);
create unique index notifications_unread_idx on public.notifications (profile_id, workspace_id, draft_id, kind)
  where read_at is null;
create index notifications_draft_idx on public.notifications (workspace_id, draft_id);
create index notifications_actor_id_idx on public.notifications (actor_id);
comment on table public.notifications is
  'What somebody should know, one unread row a draft and kind: news of the same kind moves it up and counts. Holds no text of a draft or comment.';
comment on column public.notifications.subject_id is 'The comment, version or person it is about.';
comment on column public.notifications.times is 'How often it happened since it was last read.';

alter table public.notifications enable row level security;
create policy "People read what they were told" on public.notifications
  for select to authenticated
  using (profile_id = (select auth.uid()) and workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[]));
grant select on public.notifications to authenticated;

create function private.notify(p_draft public.drafts, p_people uuid[], p_kind text, p_subject uuid, p_detail jsonb default '{}')
returns void
language sql
security definer
set search_path = ''
as $$
  -- Nobody is told what they did themselves, nor of what they may not see. Ordered, so that two
  -- transactions that tell the same people do not wait for each other in a circle.
  insert into public.notifications as n (workspace_id, profile_id, kind, draft_id, actor_id, subject_id, detail)
  select p_draft.workspace_id, m.profile_id, p_kind, p_draft.id, auth.uid(), p_subject, coalesce(p_detail, '{}')
  from public.memberships m
  where m.workspace_id = p_draft.workspace_id and m.profile_id = any (p_people) and m.suspended_at is null
    and m.profile_id is distinct from auth.uid()
    and (not p_draft.professionals_only or m.profile_id = p_draft.author_id or 'professional' = any (m.roles))
  order by m.profile_id
  on conflict (profile_id, workspace_id, draft_id, kind) where read_at is null
    do update set created_at = now(), actor_id = excluded.actor_id, subject_id = excluded.subject_id,
      detail = excluded.detail, times = n.times + 1
$$;
comment on function private.notify is 'Tells these members; before record_event, which comes last.';

create function private.people_as(p_workspace uuid, p_role text)
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(m.profile_id), '{}') from public.memberships m
  where m.workspace_id = p_workspace and m.suspended_at is null and p_role = any (m.roles)
$$;
comment on function private.people_as is 'Everybody who has the role in the workspace.';

create function public.list_notifications(p_workspace uuid, p_before timestamptz default null, p_limit integer default 25)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'unread', (select count(*) from public.notifications n
      where n.profile_id = (select auth.uid()) and n.workspace_id = p_workspace and n.read_at is null),
    'notifications', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'kind', x.kind, 'draft_id', x.draft_id,
        'title', d.title, 'author_id', d.author_id, 'subject_id', x.subject_id, 'detail', x.detail, 'times', x.times,
        'created_at', x.created_at, 'read_at', x.read_at,
        'actor_name', (select p.display_name from public.profiles p where p.id = x.actor_id))
        order by x.created_at desc, x.id desc), '[]')
      from (select n.* from public.notifications n
        where n.profile_id = (select auth.uid()) and n.workspace_id = p_workspace
          and (p_before is null or n.created_at < p_before)
        order by n.created_at desc, n.id desc limit greatest(1, least(coalesce(p_limit, 25), 100))) x
      join public.drafts d on d.id = x.draft_id))
  where p_workspace = any ((select private.my_workspaces())::uuid[])
$$;
comment on function public.list_notifications is 'The caller''s own, latest first (p_before: only those before that moment), and how many are unread. Null for strangers.';

create function public.read_notifications(p_workspace uuid, p_ids uuid[] default null)
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
      and (p_ids is null or u.id = any (p_ids)) and not u.draft_id = any ((select private.my_hidden_drafts())::uuid[])
    order by u.draft_id, u.kind for update) unread
  where n.id = unread.id;
  get diagnostics v_read = row_count;
  return v_read;
end
$$;
comment on function public.read_notifications is 'Marks these of the caller''s as read, or all of the workspace; returns how many were unread.';

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
          'unread', (select count(*) from public.notifications n join public.drafts d on d.id = n.draft_id
            where n.profile_id = p.id and n.workspace_id = w.id and n.read_at is null
              and (not d.professionals_only or d.author_id = p.id or 'professional' = any (m.roles))))
        order by w.name, w.id)
      from public.memberships m
      join public.workspaces w on w.id = m.workspace_id
      where m.profile_id = p.id and m.suspended_at is null), '[]'::jsonb))
  from public.profiles p
  left join public.profile_contacts c on c.profile_id = p.id
  where p.id = p_session.profile_id
$$;

grant execute on function
  public.list_notifications(uuid, timestamptz, integer),
  public.read_notifications(uuid, uuid[])
to authenticated;
