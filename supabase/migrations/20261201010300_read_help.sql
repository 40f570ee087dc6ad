-- Purpose: pages read what help goes with a draft and what could; decisions say what went with what they approved.
-- Touches: functions only. Undo: restore private.safety_json, private.decision_json and get_review of 20261130010300 and
-- get_draft of 20261130020200, drop the new functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.may_change_help(p_draft public.drafts)
returns boolean
language sql
stable
set search_path = ''
as $$
  select case when p_draft.author_id = (select auth.uid()) then private.is_help_open(p_draft)
    else private.version_to_approve(p_draft) is not null and private.why_not_decide(
      p_draft, private.my_roles(p_draft.workspace_id), private.my_scope(p_draft.workspace_id)) is null end
$$;
comment on function private.may_change_help is 'Whether the caller may attach help and take it off, as private.lock_helped_draft decides it.';

create function private.help_json(p_draft public.drafts, p_countries text[], p_topics text[] default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with lines as materialized (
    select l.*, (l.resource).id = any (a.ids) as attached, bool_or((l.resource).id = any (a.ids)) over pair
        or bool_or((l.resource).topics && private.fitting_topics(private.help_subjects())) over pair as fits
    from private.attached_ids(p_draft.workspace_id, p_draft.id) a (ids)
    cross join lateral private.helplines_of(p_draft.workspace_id, p_countries, a.ids) l
    -- Nothing goes with it and nothing has to: most posts.
    where a.ids <> '{}' or p_topics is distinct from '{}'
    window pair as (partition by l.pair_id)
  ), shown as (
    select l.* from lines l where l.fits
    order by not l.attached, l.state in ('unchecked', 'overdue'), (l.resource).country, l.pair_id, (l.resource).name
    limit 400
  )
  select jsonb_build_object(
    'countries', p_countries,
    'whole', p_topics is distinct from '{}' or exists (select 1 from public.draft_resources a
      where a.workspace_id = p_draft.workspace_id and a.draft_id = p_draft.id),
    'may_change', private.may_change_help(p_draft),
    'directory', private.current_directory(),
    'directory_attached', private.is_directory_attached(p_draft),
    'lines', (select coalesce(jsonb_agg(
          private.resource_json(p_draft.workspace_id, s.resource, s.state, s.next_due, s.check_seq)
          || jsonb_build_object('pair_id', s.pair_id, 'attached', s.attached)
        order by (s.resource).country, s.pair_id, (s.resource).name), '[]') from shown s),
    -- Attached, and not in the library any more.
    'gone', (select coalesce(jsonb_agg(private.resource_json(p_draft.workspace_id, r, 'withdrawn', null, null)
          || jsonb_build_object('pair_id', r.id, 'attached', true) order by r.name), '[]')
      from public.resources r
      where r.id = any (private.attached_ids(p_draft.workspace_id, p_draft.id)) and r.withdrawn_at is not null))
$$;
comment on function private.help_json is
  'What goes with a post, and what could for these countries: services on any sensitive topic, those that come together whole. At most 400, attached and checked ones first. p_topics: what the post touches, where that is known: with nothing to touch and nothing attached, nothing could (whole: false).';

create function private.approved_help_json(p_check public.approval_checks)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select p_check.help || jsonb_build_object('services', (
    select jsonb_agg(s.value || jsonb_build_object('check', (
        select jsonb_build_object('name', p.display_name, 'at', k.checked_at, 'method', k.method, 'source', k.source,
          'next_due', k.next_due)
        from public.resource_checks k join public.profiles p on p.id = k.checked_by
        where k.workspace_id = p_check.workspace_id and k.seq = (s.value ->> 'check_seq')::bigint)) order by s.ordinality)
    from jsonb_array_elements(p_check.help -> 'services') with ordinality s))
  where p_check.help <> '{}'
$$;
comment on function private.approved_help_json is 'What went with a post when it was approved, with who had checked it; null where that was not kept.';

create or replace function private.safety_json(p_draft public.drafts)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('version_number', v.number, 'checked', c.id is not null, 'checked_at', c.checked_at, 'topics', c.topics,
    'findings', (select coalesce(jsonb_agg(private.finding_json(f, c.review_hash) order by f.position), '[]')
      from public.safety_findings f where f.workspace_id = p_draft.workspace_id and f.check_id = c.id))
  from public.draft_versions v
  cross join lateral private.current_check(p_draft, v) c
  where v.draft_id = p_draft.id and v.number = private.version_to_approve(p_draft)
$$;
comment on function private.safety_json is
  'What the checker found, as far as the caller may see it, in the version that could become approved next, and what it touches so that help has to go with it; null when there is no such version.';

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
        and not exists (select 1 from public.waivers_taken_back b where b.waiver_id = w.id)),
    'help', (select private.approved_help_json(a)
      from public.approval_checks a
      where p_decision.kind in ('approved', 'approved_with_edits')
        and a.draft_id = p_decision.draft_id and a.version_number = p_decision.version_number))
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
    'safety', r.safety,
    'help', private.help_json(d, private.countries_of((select v.content from public.draft_versions v
      where v.draft_id = d.id and v.number = coalesce(private.version_to_approve(d), d.submitted_version))), r.topics),
    'why_not', private.why_not_decide(d, private.my_roles(d.workspace_id), private.my_scope(d.workspace_id)),
    'my_credential', private.my_credential_json(d.workspace_id, d.topic),
    'approval_days', (select w.approval_days from public.workspaces w where w.id = d.workspace_id),
    'statement', public.review_statement())
  from public.drafts d
  join public.profiles a on a.id = d.author_id
  left join public.profiles b on b.id = d.approved_by
  left join public.draft_looks l on l.draft_id = d.id and l.profile_id = (select auth.uid())
  cross join lateral (select coalesce(p_version, d.submitted_version) as shown) s
  cross join lateral (
    select j.safety, case when jsonb_typeof(j.safety -> 'topics') = 'array'
      then array(select jsonb_array_elements_text(j.safety -> 'topics')) else '{}' end as topics
    -- Asked once, not in each place that reads it.
    from (select private.safety_json(d) as safety offset 0) j) r
  where d.id = p_draft and d.submitted_version is not null
$$;

create or replace function public.get_draft(p_draft uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'draft', private.draft_json(d, a.display_name, b.display_name),
    'context', d.context,
    'buffer', (select jsonb_build_object('content', b.content, 'revision', b.revision,
        'content_hash', b.content_hash, 'updated_at', b.updated_at)
      from public.draft_buffers b where b.draft_id = d.id),
    'versions', (select coalesce(jsonb_agg(private.version_json(v) order by v.number desc), '[]')
      from public.draft_versions v where v.draft_id = d.id),
    'offered', (select private.version_json(v) || jsonb_build_object('content', v.content)
      from public.draft_versions v where v.draft_id = d.id and v.number = d.offered_version),
    'decision', (select private.decision_json(x) from public.decisions x
      where x.workspace_id = d.workspace_id and x.draft_id = d.id order by x.decided_at desc limit 1),
    'media', private.media_json(d.id),
    'requests', private.open_requests_json(d.workspace_id, d.id),
    'handoff', private.handoff_json(d.workspace_id, d.id),
    'people', private.people_json(d),
    -- Empty for everybody but the author, who alone reads these rows.
    'kept', exists (select 1 from public.kept_drafts k where k.workspace_id = d.workspace_id and k.draft_id = d.id),
    'safety_settings', private.safety_settings_of(d.workspace_id),
    -- What could go with it costs more than the rest of this: get_help has it, for whoever needs it.
    'help', (select private.help_json(d, private.countries_of(b.content), '{}') from public.draft_buffers b where b.draft_id = d.id),
    'not_meant', (select coalesce(jsonb_agg(jsonb_build_object('rule', h.rule, 'quote_hash', h.quote_hash)), '[]')
      from public.hint_answers h
      where h.workspace_id = d.workspace_id and h.draft_id = d.id and h.answer = 'not_meant'))
  from public.drafts d
  join public.profiles a on a.id = d.author_id
  left join public.profiles b on b.id = d.approved_by
  where d.id = p_draft
$$;

create function public.get_help(p_draft uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.help_json(d, private.countries_of(b.content))
  from public.drafts d
  join public.draft_buffers b on b.draft_id = d.id
  where d.id = p_draft
$$;
comment on function public.get_help is
  'For the author: what goes with the post being written, and all that could for its countries. Null for others.';

grant execute on function
  public.get_help(uuid), private.help_subjects(), private.fitting_topics(text[]), private.countries_of(jsonb),
  private.is_directory_attached(public.drafts), private.may_change_help(public.drafts),
  private.help_json(public.drafts, text[], text[]), private.approved_help_json(public.approval_checks)
to authenticated;
