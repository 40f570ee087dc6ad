-- Purpose: a second look opens on what changed since the version that the reader decided on.
-- Touches: functions only. Undo: restore get_review from 20261127010700, drop my_earlier_decision.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.my_earlier_decision(p_draft public.drafts)
returns integer
language sql
stable
set search_path = ''
as $$
  select x.version_number from (
    select o.version_number from public.decisions o
    where o.workspace_id = p_draft.workspace_id and o.draft_id = p_draft.id and o.decided_by = (select auth.uid())
    order by o.decided_at desc limit 1) x
  where p_draft.state = 'in_review' and x.version_number < p_draft.submitted_version
$$;
comment on function private.my_earlier_decision is
  'The version before the one in review that the caller decided on last; null when there is none.';
grant execute on function private.my_earlier_decision(public.drafts) to authenticated;

create or replace function public.get_review(p_draft uuid, p_version integer default null, p_compare integer default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'draft', private.draft_json(d, a.display_name, b.display_name),
    'context', d.context,
    'version', (select private.version_json(v) || jsonb_build_object('content', v.content)
      from public.draft_versions v where v.draft_id = d.id and v.submitted and v.number = s.shown),
    'compare', (select private.version_json(v) || jsonb_build_object('content', v.content)
      from public.draft_versions v where v.draft_id = d.id and v.submitted and v.number = coalesce(p_compare, case when p_version is null then private.my_earlier_decision(d) end,
        case when l.version_number < s.shown then l.version_number when l.previous_version < s.shown then l.previous_version end,
        (select max(o.number) from public.draft_versions o
          where o.draft_id = d.id and o.submitted and o.number < s.shown))),
    'versions', (select coalesce(jsonb_agg(private.version_json(v) order by v.number desc), '[]')
      from public.draft_versions v where v.draft_id = d.id),
    'comments', private.comments_json(d),
    'notes', private.notes_json(d),
    'advice', private.advice_json(d),
    'requests', private.open_requests_json(d.workspace_id, d.id),
    'handoff', private.handoff_json(d.workspace_id, d.id),
    'media', private.media_json(d.id),
    'people', private.people_json(d),
    'look', case when l.draft_id is not null then jsonb_build_object('version_number', l.version_number,
      'previous_version', l.previous_version, 'looked_at', l.looked_at, 'previous_at', l.previous_at) end,
    'decisions', (select coalesce(jsonb_agg(private.decision_json(x) order by x.decided_at desc), '[]')
      from public.decisions x where x.workspace_id = d.workspace_id and x.draft_id = d.id),
    'events', (select coalesce(jsonb_agg(jsonb_build_object('seq', e.seq, 'at', e.at, 'action', e.action,
        'detail', e.detail, 'actor_name', (select p.display_name from public.profiles p where p.id = e.actor_id))
        order by e.seq desc), '[]')
      from (select * from public.audit_events a where a.workspace_id = d.workspace_id and a.draft_id = d.id
        order by a.seq desc limit 100) e),
    'why_not', private.why_not_decide(d, private.my_roles(d.workspace_id), private.my_scope(d.workspace_id)),
    'my_credential', private.my_credential_json(d.workspace_id, d.topic),
    'approval_days', (select w.approval_days from public.workspaces w where w.id = d.workspace_id),
    'statement', public.review_statement())
  from public.drafts d
  join public.profiles a on a.id = d.author_id
  left join public.profiles b on b.id = d.approved_by
  left join public.draft_looks l on l.draft_id = d.id and l.profile_id = (select auth.uid())
  cross join lateral (select coalesce(p_version, d.submitted_version) as shown) s
  where d.id = p_draft and d.submitted_version is not null
$$;
comment on function public.get_review is
  'The review room: the version asked for (else the latest submitted), one to compare with (else the one the caller decided on before, else the one they saw before, else the one submitted before it), what was said and decided. Null when there is nothing for the caller.';
