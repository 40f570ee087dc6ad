-- Purpose: the next draft to decide on, giving drafts back to nobody, news page by page, why a draft came back.
-- Touches: functions only. Locks: none worth naming.
-- Undo: drop the new functions, restore list_notifications of 20261127010200, assign_reviews of
-- 20261127010400 and private.last_sent_back of 20261101000800.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function public.get_next_review(p_workspace uuid, p_except uuid default null)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_me uuid := auth.uid();
  v_roles text[] := private.my_roles(p_workspace);
  v_scope text[] := private.my_scope(p_workspace);
  v_next uuid;
begin
  if not 'professional' = any (v_roles) or v_scope is null then
    return null;
  end if;
  select q.id into v_next
  from public.review_requests r join public.drafts q on q.id = r.draft_id
  where r.workspace_id = p_workspace and r.assignee_id = v_me and r.kind = 'professional' and r.closed_at is null
    and q.state = 'in_review' and q.id is distinct from p_except and private.why_not_decide(q, v_roles, v_scope) is null
  order by r.reason <> 'second_look', private.topic_risk(q.topic) desc, q.publish_by, q.submitted_at, q.id limit 1;
  if v_next is null then
    select q.id into v_next
    from public.drafts q
    where q.workspace_id = p_workspace and q.state = 'in_review'
      and q.author_id <> v_me and q.id is distinct from p_except and private.why_not_decide(q, v_roles, v_scope) is null
      and not exists (select 1 from public.review_requests r
        where r.draft_id = q.id and r.closed_at is null and r.kind = 'professional')
    order by private.topic_risk(q.topic) desc, q.publish_by, q.submitted_at, q.id limit 1;
  end if;
  return (select private.draft_json(d, a.display_name, null) || jsonb_build_object(
      'requests', private.open_requests_json(d.workspace_id, d.id),
      'my_decision', (select max(x.version_number) from public.decisions x where x.draft_id = d.id and x.decided_by = v_me))
    from public.drafts d join public.profiles a on a.id = d.author_id where d.id = v_next);
end
$$;
comment on function public.get_next_review is
  'The draft a professional goes on with: a second look, then what else they have, then what nobody has, the most sensitive first; never p_except. Null when there is none they may decide on.';

create function public.take_back_reviews(p_workspace uuid, p_drafts uuid[], p_assignee uuid)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'coordinator');
  v_draft public.drafts;
  v_id uuid;
  v_closed uuid[] := '{}';
begin
  if coalesce(cardinality(p_drafts), 0) not between 1 and 100 then
    perform private.refuse('PT400', 'too_many', 'Choose between 1 and 100 drafts.');
  end if;
  -- Always in the same order, as in assign_reviews.
  foreach v_id in array array(select distinct d from unnest(p_drafts) d order by d) loop
    v_draft := private.lock_draft(v_id);
    if v_draft.workspace_id <> p_workspace then
      perform private.refuse('PT404', 'not_found', 'We could not find that draft. It may not be shared with you.');
    end if;
    if private.close_requests(v_id, 'professional', p_assignee, 'taken_back') > 0 then
      update public.drafts d set change_number = d.change_number + 1 where d.id = v_id;
      perform private.notify(v_draft, array[p_assignee], 'review_taken_back', p_assignee);
      v_closed := v_closed || v_id;
    end if;
  end loop;
  foreach v_id in array v_closed loop
    perform private.record_event(p_workspace, v_me, 'review_taken_back', v_id, p_assignee, null);
  end loop;
  return cardinality(v_closed);
end
$$;
comment on function public.take_back_reviews is
  'A coordinator takes drafts back from one professional, so that nobody has them; returns how many they had.';

create or replace function public.assign_reviews(p_workspace uuid, p_drafts uuid[], p_assignee uuid, p_note text default '')
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'coordinator');
  v_draft public.drafts;
  v_id uuid;
  v_assigned uuid[] := '{}';
begin
  if coalesce(cardinality(p_drafts), 0) not between 1 and 100 then
    perform private.refuse('PT400', 'too_many', 'Choose between 1 and 100 drafts.');
  end if;
  -- Always in the same order, or two coordinators at once would wait for each other.
  foreach v_id in array array(select distinct d from unnest(p_drafts) d order by d) loop
    v_draft := private.lock_draft(v_id);
    if v_draft.workspace_id <> p_workspace then
      perform private.refuse('PT404', 'not_found', 'We could not find that draft. It may not be shared with you.');
    end if;
    perform private.require_reviewable(v_draft);
    perform private.notify(v_draft, array(select r.assignee_id from public.review_requests r
      where r.draft_id = v_id and r.kind = 'professional' and r.closed_at is null and r.assignee_id <> p_assignee),
      'review_taken_back', p_assignee);
    update public.review_requests r set closed_at = now(), outcome = 'taken_back'
    where r.draft_id = v_id and r.kind = 'professional' and r.closed_at is null and r.assignee_id <> p_assignee;
    if private.ask_for_review(v_draft, p_assignee, 'professional', 'assigned', p_note) is not null then
      v_assigned := v_assigned || v_id;
    end if;
  end loop;
  foreach v_id in array v_assigned loop
    perform private.record_event(p_workspace, v_me, 'review_assigned', v_id, p_assignee, null);
  end loop;
  return cardinality(v_assigned);
end
$$;
comment on function public.assign_reviews is
  'A coordinator gives drafts to one professional, all or none; whoever had one before is relieved of it and told. Returns how many are new to them.';

-- squawk-ignore ban-drop-function
drop function public.list_notifications(uuid, timestamptz, integer);
create function public.list_notifications(
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
        'title', d.title, 'author_id', d.author_id, 'subject_id', x.subject_id, 'detail', x.detail, 'times', x.times,
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
      join public.drafts d on d.id = x.draft_id))
  where p_workspace = any ((select private.my_workspaces())::uuid[])
$$;
comment on function public.list_notifications is
  'The caller''s own, latest first, and how many are unread. p_before with p_before_id: only those after that one in the list; p_unread: only those not read yet. Null for strangers.';

create or replace function private.last_sent_back(p_workspace uuid, p_draft uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('name', x.credential ->> 'name', 'kind', x.kind, 'reason_code', x.reason_code,
    'note', left(x.note, 280), 'decided_at', x.decided_at)
  from public.decisions x
  where x.workspace_id = p_workspace and x.draft_id = p_draft
    and x.kind in ('changes_requested', 'approved_with_edits', 'approval_withdrawn')
  order by x.decided_at desc
  limit 1
$$;
comment on function private.last_sent_back is
  'Who sent a draft back last, offered edits or withdrew their approval, and why; the beginning of the note only.';

grant execute on function
  public.get_next_review(uuid, uuid),
  public.take_back_reviews(uuid, uuid[], uuid),
  public.list_notifications(uuid, timestamptz, integer, uuid, boolean)
to authenticated;
