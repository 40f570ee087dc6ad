-- Purpose: the review room reads what the checker found and what was waived; decisions show their waivers.
-- Touches: functions only. Undo: restore decision_json of 20261101000900 and get_review of 20261127050100,
-- drop private.safety_json, private.finding_json, private.waiver_json.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.waiver_json(p_waiver public.safety_waivers)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('id', p_waiver.id, 'rule', p_waiver.rule, 'category', p_waiver.category, 'part', p_waiver.part,
    'quote', p_waiver.quote, 'said', p_waiver.said, 'reason', p_waiver.reason, 'waived_by', p_waiver.waived_by,
    'name', p_waiver.credential -> 'name', 'profession', p_waiver.credential -> 'profession',
    'waived_at', p_waiver.waived_at)
$$;

create function private.finding_json(p_finding public.safety_findings, p_review_hash text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('id', p_finding.id, 'rule', p_finding.rule, 'category', p_finding.category,
    'severity', p_finding.severity, 'part', p_finding.part, 'start', p_finding.span_start, 'end', p_finding.span_end,
    'quote', p_finding.quote, 'reason', p_finding.reason, 'suggestion', p_finding.suggestion, 'source', p_finding.source,
    'needs_professional', p_finding.needs_professional,
    'waiver', case when p_finding.severity = 'blocker' then (
      select private.waiver_json(w) from public.safety_waivers w
      where w.draft_id = p_finding.draft_id and w.version_number = p_finding.version_number
        and w.review_hash = p_review_hash and w.rule = p_finding.rule and w.said = p_finding.reason
        and w.part = p_finding.part and w.span_start = p_finding.span_start and w.span_end = p_finding.span_end
        and not exists (select 1 from public.waivers_taken_back b where b.waiver_id = w.id)
      limit 1) end)
$$;

create function private.safety_json(p_draft public.drafts)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('version_number', v.number, 'checked', c.id is not null, 'checked_at', c.checked_at,
    'findings', (select coalesce(jsonb_agg(private.finding_json(f, c.review_hash) order by f.position), '[]')
      from public.safety_findings f where f.workspace_id = p_draft.workspace_id and f.check_id = c.id))
  from public.draft_versions v
  cross join lateral private.current_check(p_draft, v) c
  where v.draft_id = p_draft.id and v.number = private.version_to_approve(p_draft)
$$;
comment on function private.safety_json is
  'What the checker found, as far as the caller may see it, in the version that could become approved next; null when there is none.';

create or replace function private.decision_json(p_decision public.decisions)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('id', p_decision.id, 'version_number', p_decision.version_number,
    'content_hash', p_decision.content_hash, 'kind', p_decision.kind, 'reason_code', p_decision.reason_code,
    'note', p_decision.note, 'decided_by', p_decision.decided_by, 'decided_at', p_decision.decided_at,
    'capacity', p_decision.capacity, 'credential', p_decision.credential,
    'statement_version', p_decision.statement_version, 'statement', p_decision.statement,
    'valid_until', p_decision.valid_until,
    'waivers', (select coalesce(jsonb_agg(private.waiver_json(w) order by w.waived_at), '[]')
      from public.approval_checks a
      join public.safety_waivers w on w.draft_id = a.draft_id and w.version_number = a.version_number
        and w.review_hash = a.review_hash
      where p_decision.kind in ('approved', 'approved_with_edits')
        and a.draft_id = p_decision.draft_id and a.version_number = p_decision.version_number
        and not exists (select 1 from public.waivers_taken_back b where b.waiver_id = w.id)))
$$;

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
    'safety', private.safety_json(d),
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

grant execute on function
  private.waiver_json(public.safety_waivers), private.finding_json(public.safety_findings, text),
  private.safety_json(public.drafts), private.version_to_approve(public.drafts),
  private.current_check(public.drafts, public.draft_versions)
to authenticated;
