-- The audit record of all that, in the order in which it happened, one hash chain a workspace.

create temp table load_events as
select d.w, v.created_at as at, d.author_id as actor_id, case when v.submitted then 'draft_submitted' else 'version_saved' end as action,
  d.id as draft_id, null::uuid as subject_id, jsonb_build_object('version', v.number, 'content_hash', v.content_hash) as detail
from load_versions v join load_drafts d using (w, i)
union all
select d.w, d.created_at, d.author_id, 'draft_created', d.id, null, '{}' from load_drafts d
union all
select d.w, x.decided_at, q.id, 'draft_' || x.kind, d.id, x.id, jsonb_build_object('version', x.number, 'content_hash', x.content_hash)
from load_decisions x join load_drafts d using (w, i) join load_people q on q.w = x.w and q.k = x.decider_k
union all
select d.w, c.created_at, q.id, 'comment_added', d.id, c.id, jsonb_build_object('version', c.number)
from load_comments c join load_drafts d using (w, i) join load_people q on q.w = c.w and q.k = c.author_k
union all
select d.w, s.resolved_at, d.author_id, 'thread_resolved', d.id, s.id, '{}' from load_settled s join load_drafts d using (w, i)
union all
-- A second look comes with the submission, which is recorded.
select d.w, r.asked_at, q.id, 'review_taken', d.id, q.id, '{}'
from load_requests r join load_drafts d using (w, i) join load_people q on q.w = r.w and q.k = r.assignee_k where r.reason = 'taken'
union all
select d.w, e.ended_at, case when d.state = 'published' then e.ended_by else d.author_id end,
  case d.state when 'published' then 'draft_published' when 'withdrawn' then 'draft_withdrawn' else 'approval_voided' end, d.id, null,
  case d.state when 'published' then jsonb_build_object('version', v.number, 'content_hash', v.content_hash)
    when 'withdrawn' then jsonb_build_object('from', case when d.submitted then 'in_review' else 'drafting' end)
    else jsonb_build_object('version', v.number, 'content_hash', v.content_hash, 'why', 'edited') end
from load_endings e join load_drafts d using (w, i) join load_versions v on v.w = d.w and v.i = d.i and v.last
where e.ended_at is not null
union all
select q.w, c.submitted_at, c.submitted_by, 'credential_submitted', null, c.id, jsonb_build_object('profile_id', c.profile_id)
from public.credentials c join load_people q on q.id = c.profile_id
union all
select q.w, c.checked_at, c.checked_by, 'credential_checked', null, c.id,
  jsonb_build_object('profile_id', c.profile_id, 'expires_on', c.expires_on)
from public.credentials c join load_people q on q.id = c.profile_id where c.checked_at is not null
union all
select q.w, p.created_at, null, 'workspace_created', null, null, '{}'
from public.workspaces p join load_people q on q.workspace_id = p.id and q.k = 0;

-- Each hash needs the one before, so this is the one loop.
create function pg_temp.chain(p_w integer) returns setof public.audit_events language plpgsql as $$
declare
  v_event public.audit_events;
  v_previous bytea := '\x';
begin
  for v_event in
    select pg_temp.make_id('workspace', p_w), row_number() over in_time, e.at, e.actor_id, e.action, e.draft_id, e.subject_id, e.detail,
      ''::bytea, ''::bytea
    from load_events e where e.w = p_w
    window in_time as (order by e.at, e.draft_id nulls first, e.action, e.subject_id)
    order by 2
  loop
    v_event.previous_hash := v_previous;
    v_event.hash := private.audit_hash(v_previous, v_event);
    v_previous := v_event.hash;
    return next v_event;
  end loop;
end
$$;
insert into public.audit_events
select e.* from load_plan p, generate_series(0, p.workspaces - 1) w cross join lateral pg_temp.chain(w) e;
insert into public.audit_heads (workspace_id, seq, hash)
select distinct on (e.workspace_id) e.workspace_id, e.seq, e.hash from public.audit_events e
join load_people q on q.workspace_id = e.workspace_id and q.k = 0
order by e.workspace_id, e.seq desc;
