-- Purpose: an author keeps a draft to themselves, so that nothing of it is sent or handed on by accident.
-- Touches: kept_drafts (new), draft_versions (a trigger), hand_over_drafts. Locks: draft_versions for a moment.
-- Undo: drop the trigger, the functions and the table; restore hand_over_drafts of 20261127010400.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.kept_drafts (
  workspace_id uuid not null,
  draft_id uuid not null,
  author_id uuid not null references public.profiles (id) on delete cascade,
  kept_at timestamptz not null default now(),
  primary key (workspace_id, draft_id),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id) on delete cascade
);
create index kept_drafts_author_idx on public.kept_drafts (author_id);
comment on table public.kept_drafts is
  'Drafts that their author keeps to themselves: nothing of them can be sent for review or handed on. Not in the record, and nobody else reads that it is so.';

alter table public.kept_drafts enable row level security;
create policy "Authors read which drafts they keep to themselves" on public.kept_drafts
  for select to authenticated
  using (author_id = (select auth.uid()) and workspace_id = any ((select private.my_workspaces())::uuid[]));
grant select on public.kept_drafts to authenticated;

create function public.keep_draft(p_draft uuid, p_kept boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_own_draft(p_draft);
begin
  if p_kept then
    insert into public.kept_drafts (draft_id, workspace_id, author_id)
    values (p_draft, v_draft.workspace_id, auth.uid())
    on conflict (workspace_id, draft_id) do nothing;
  else
    delete from public.kept_drafts k where k.workspace_id = v_draft.workspace_id and k.draft_id = p_draft;
  end if;
end
$$;
comment on function public.keep_draft is
  'Keeps a draft of one''s own to oneself, or ends that. Leaves no event: the record is read by others.';

create function private.refuse_kept()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if exists (select 1 from public.kept_drafts k 
    where k.workspace_id = new.workspace_id and k.draft_id = new.draft_id and k.author_id = new.created_by) then
    perform private.refuse('PT409', 'kept', 'You keep this draft to yourself. Turn that off first if you want to send it.');
  end if;
  return new;
end
$$;
comment on function private.refuse_kept is 'Lets no text leave a draft that its author keeps to themselves.';

create trigger draft_versions_refuse_kept before insert on public.draft_versions
  for each row when (new.submitted) execute function private.refuse_kept();

create or replace function public.hand_over_drafts(p_workspace uuid, p_from uuid, p_to uuid)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_coordinator_alone(p_workspace);
  v_to public.memberships := private.require_member(p_workspace, p_to);
  v_ids uuid[];
  v_id uuid;
begin
  perform private.require_member(p_workspace, p_from);
  if p_from = p_to or v_to.suspended_at is not null or not 'influencer' = any (v_to.roles) then
    perform private.refuse('PT409', 'cannot_take_over', 'Drafts can be handed to another influencer who is not suspended.');
  end if;
  v_ids := array(select d.id from public.drafts d
    where d.workspace_id = p_workspace and d.author_id = p_from and d.state not in ('published', 'declined', 'withdrawn')
      and not exists (select 1 from public.kept_drafts k where k.workspace_id = p_workspace and k.draft_id = d.id)
    order by d.id for update);
  if exists (select 1 from public.decisions x where x.draft_id = any (v_ids) and x.decided_by = p_to) then
    perform private.refuse('PT409', 'decided_by_them',
      'This person decided on some of these drafts, so they cannot become their author.');
  end if;
  update public.drafts d
  set author_id = p_to, former_author_ids = array_append(array_remove(d.former_author_ids, p_from), p_from),
    change_number = d.change_number + 1
  where d.id = any (v_ids);
  update public.draft_buffers b set author_id = p_to where b.draft_id = any (v_ids);
  update public.review_requests r set closed_at = now(), outcome = 'taken_back'
  where r.draft_id = any (v_ids) and r.assignee_id = p_to and r.closed_at is null;
  -- One event a draft, so that each draft's own record tells it.
  foreach v_id in array v_ids loop
    perform private.record_event(p_workspace, v_me, 'draft_handed_over', v_id, p_to, jsonb_build_object('from', p_from));
  end loop;
  return cardinality(v_ids);
end
$$;

grant execute on function public.keep_draft(uuid, boolean) to authenticated;
