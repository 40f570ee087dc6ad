-- Purpose: what Home, the review queue, the editor and the review room read, in one round trip each.
-- Touches: drafts (three indexes), functions. Locks: drafts against writes while the indexes are built.
-- Undo: drop the indexes and the new functions, restore the readers of 20261101000800 and 20261101000900.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.topic_risk(p_topic text)
returns smallint
language sql
immutable
set search_path = ''
as $$
  select case when p_topic in ('suicide_self_harm', 'eating_disorders') then 3
    when p_topic in ('trauma', 'substance_use', 'psychosis_bipolar', 'medication', 'young_people') then 2
    else 1 end::smallint
$$;
comment on function private.topic_risk is 'How much harm a careless post on the topic can do: 3 (most) to 1. Orders the review queue.';
grant execute on function private.topic_risk(text) to authenticated;

create index drafts_queue_risk_idx on public.drafts (workspace_id, private.topic_risk(topic) desc, publish_by, submitted_at, id)
  where state in ('in_review', 'on_hold');
create index drafts_queue_day_idx on public.drafts (workspace_id, publish_by, private.topic_risk(topic) desc, submitted_at, id)
  where state in ('in_review', 'on_hold');
create index drafts_alarm_idx on public.drafts (workspace_id, approval_withdrawn_at)
  where approval_withdrawn_at is not null and taken_down_at is null;

create or replace function private.draft_json(p_draft public.drafts, p_author text, p_approved_by text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_draft.id, 'workspace_id', p_draft.workspace_id, 'title', p_draft.title,
    'state', private.shown_state(p_draft.state, p_draft.approved_until),
    'platform', p_draft.platform, 'format', p_draft.format, 'topic', p_draft.topic, 'publish_by', p_draft.publish_by,
    'excerpt', p_draft.excerpt, 'author_id', p_draft.author_id, 'author_name', p_author,
    'professionals_only', p_draft.professionals_only, 'thumbnail', p_draft.thumbnail, 'risk', private.topic_risk(p_draft.topic),
    'version_count', p_draft.version_count, 'submitted_version', p_draft.submitted_version,
    'submitted_at', p_draft.submitted_at, 'approved_version', p_draft.approved_version,
    'approved_hash', p_draft.approved_hash, 'approved_until', p_draft.approved_until,
    'approved_by_name', p_approved_by, 'offered_version', p_draft.offered_version,
    'published_at', p_draft.published_at, 'published_url', p_draft.published_url)
    -- One call takes at most a hundred arguments.
    || jsonb_build_object('approval_withdrawn_at', p_draft.approval_withdrawn_at, 'taken_down_at', p_draft.taken_down_at,
    'change_number', p_draft.change_number, 'created_at', p_draft.created_at, 'updated_at', p_draft.updated_at)
$$;

create function private.open_requests_json(p_workspace uuid, p_draft uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'kind', r.kind, 'assignee_id', r.assignee_id,
    'assignee_name', p.display_name, 'reason', r.reason, 'note', r.note, 'asked_at', r.asked_at,
    'asked_by_name', (select b.display_name from public.profiles b where b.id = r.asked_by)) order by r.asked_at), '[]')
  from public.review_requests r join public.profiles p on p.id = r.assignee_id
  where r.workspace_id = p_workspace and r.draft_id = p_draft and r.closed_at is null
$$;
comment on function private.open_requests_json is 'Who has the draft at the moment, and since when.';

create function private.media_json(p_draft uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'sha256', i.sha256, 'content_type', i.content_type,
    'width', i.width, 'height', i.height, 'byte_count', i.byte_count) order by i.created_at, i.id), '[]')
  from public.media i where i.draft_id = p_draft
$$;
comment on function private.media_json is 'The images of a draft that the caller may see.';

create function private.handoff_json(p_workspace uuid, p_draft uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'links', (select coalesce(jsonb_object_agg(k.platform, k.url), '{}') from public.post_links k
      where k.workspace_id = p_workspace and k.draft_id = p_draft),
    'watches', (select coalesce(jsonb_agg(jsonb_build_object('profile_id', w.profile_id, 'name', p.display_name,
        'until', w.until, 'ended_at', w.ended_at) order by w.until), '[]')
      from public.comment_watches w join public.profiles p on p.id = w.profile_id
      where w.workspace_id = p_workspace and w.draft_id = p_draft),
    'hold', (select jsonb_build_object('note', h.note, 'held_at', h.held_at, 'held_by_name', p.display_name)
      from public.holds h join public.profiles p on p.id = h.held_by
      where h.workspace_id = p_workspace and h.draft_id = p_draft and h.resumed_at is null))
$$;
comment on function private.handoff_json is 'Where a post is, who watches its comments, and why its review waits.';

create function private.people_json(p_draft public.drafts)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('profile_id', m.profile_id, 'name', p.display_name, 'roles', m.roles,
      'away_until', case when private.is_away(m.away_until) then m.away_until end,
      'can_decide', 'professional' = any (m.roles) and not m.profile_id = any (array_append(p_draft.former_author_ids, p_draft.author_id))
        and exists (select 1 from public.credentials c where c.workspace_id = m.workspace_id and c.profile_id = m.profile_id
          and private.is_current(c) and p_draft.topic = any (c.scope)))
    order by p.display_name, p.id), '[]')
  from public.memberships m join public.profiles p on p.id = m.profile_id
  where m.workspace_id = p_draft.workspace_id and m.profile_id = any (private.readers_of(p_draft))
    and p_draft.workspace_id = any (private.my_workspaces())
$$;
comment on function private.people_json is 'Who may see a draft, for mentions and for asking: which of them could decide on it, who is away.';

grant execute on function
  private.open_requests_json(uuid, uuid),
  private.media_json(uuid),
  private.handoff_json(uuid, uuid),
  private.people_json(public.drafts)
to authenticated;

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
    'people', private.people_json(d))
  from public.drafts d
  join public.profiles a on a.id = d.author_id
  left join public.profiles b on b.id = d.approved_by
  where d.id = p_draft
$$;

create or replace function private.version_json(p_version public.draft_versions)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('number', p_version.number, 'content_hash', p_version.content_hash,
    'submitted', p_version.submitted, 'proposed', p_version.proposed, 'note', p_version.note,
    'created_at', p_version.created_at, 'created_by', p_version.created_by,
    'created_by_name', (select p.display_name from public.profiles p where p.id = p_version.created_by))
$$;

create function private.comments_json(p_draft public.drafts)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
      'id', c.id, 'version_number', c.version_number, 'body', c.body, 'created_at', c.created_at,
      'author_id', c.author_id, 'author_name', p.display_name, 'author_roles', m.roles,
      'parent_id', c.parent_id, 'mentions', c.mentions, 'resolved_at', t.resolved_at,
      'resolved_by_name', r.display_name) order by c.created_at, c.id), '[]')
  from public.comments c
  join public.profiles p on p.id = c.author_id
  left join public.memberships m on m.workspace_id = c.workspace_id and m.profile_id = c.author_id
  left join public.comment_threads t on t.comment_id = c.id
  left join public.profiles r on r.id = t.resolved_by
  where c.workspace_id = p_draft.workspace_id and c.draft_id = p_draft.id
$$;
comment on function private.comments_json is 'All comments of a draft, oldest first; parent_id makes the threads.';

create function private.notes_json(p_draft public.drafts)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select case when 'professional' = any (private.my_roles(p_draft.workspace_id))
      and not auth.uid() = any (array_append(p_draft.former_author_ids, p_draft.author_id)) then (
    select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'version_number', n.version_number, 'body', n.body,
        'created_at', n.created_at, 'author_id', n.author_id, 'author_name', p.display_name) order by n.created_at, n.id), '[]')
    from public.professional_notes n join public.profiles p on p.id = n.author_id
    where n.workspace_id = p_draft.workspace_id and n.draft_id = p_draft.id) end
$$;
comment on function private.notes_json is 'Notes among professionals; null for everybody else.';

create function private.advice_json(p_draft public.drafts)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'version_number', a.version_number, 'kind', a.kind,
      'note', a.note, 'given_by', a.given_by, 'given_by_name', p.display_name, 'given_at', a.given_at)
    order by a.given_at desc), '[]')
  from public.advice a join public.profiles p on p.id = a.given_by
  where a.workspace_id = p_draft.workspace_id and a.draft_id = p_draft.id
$$;

grant execute on function
  private.comments_json(public.drafts),
  private.notes_json(public.drafts),
  private.advice_json(public.drafts)
to authenticated;

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
      from public.draft_versions v where v.draft_id = d.id and v.submitted and v.number = coalesce(p_compare,
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
  'The review room: the version asked for (else the latest submitted), one to compare with (else the one the caller saw before, else the one submitted before it), what was said and decided. Null when there is nothing for the caller.';

create or replace function public.get_change_number(p_draft uuid)
returns bigint
language sql
stable
set search_path = ''
as $$
  -- Notes among professionals do not move the draft's own number: others must not see that there are any.
  select d.change_number + (select count(*) from public.professional_notes n
    where n.workspace_id = d.workspace_id and n.draft_id = d.id)
  from public.drafts d where d.id = p_draft
$$;
comment on function public.get_change_number is 'Grows with everything the caller may read in the draft''s room. Null when it is out of their sight.';

create function public.server_change_numbers(p_drafts uuid[])
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(d.id, jsonb_build_array(d.change_number, (select count(*)
    from public.professional_notes n where n.workspace_id = d.workspace_id and n.draft_id = d.id))), '{}')
  from public.drafts d where d.id = any (p_drafts[1:5000])
$$;
comment on function public.server_change_numbers is
  'For all rooms that a process has open, at once: {draft: [changes, notes among professionals]}. Numbers only; whoever reads on does so as themselves.';
grant execute on function public.server_change_numbers(uuid[]) to service_role;

create function public.get_queue(
  p_workspace uuid, p_show text default 'mine', p_sort text default 'risk', p_offset integer default 0, p_limit integer default 25
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_me uuid := auth.uid();
  v_roles text[] := private.my_roles(p_workspace);
  v_scope text[] := private.my_scope(p_workspace);
  v_days constant text := $q$ and (q.publish_by <= (select private.today()) or q.submitted_at < now() - interval '3 days')$q$;
  v_held constant text := $q$ exists (select 1 from public.review_requests r
    where r.draft_id = q.id and r.closed_at is null and r.kind = 'professional' and r.assignee_id %s $2)$q$;
  v_from constant text := $q$ from public.drafts q where q.workspace_id = $1 and q.state in ('in_review', 'on_hold')
    and q.author_id <> $2 $q$;
  v_where text;
  v_order text := case when p_sort = 'publish_by'
    then ' order by q.publish_by, private.topic_risk(q.topic) desc, q.submitted_at, q.id' else ' order by private.topic_risk(q.topic) desc, q.publish_by, q.submitted_at, q.id' end;
  v_mine constant text := $q$ and q.id in (select r.draft_id from public.review_requests r
    where r.workspace_id = $1 and r.assignee_id = $2 and r.closed_at is null)$q$;
  v_others text := ' and ' || format(v_held, '<>');
  v_none text := $q$ and q.state = 'in_review' and not exists (select 1 from public.review_requests r
    where r.draft_id = q.id and r.closed_at is null and r.kind = 'professional')$q$;
  v_answer jsonb;
begin
  if cardinality(v_roles) = 0 then
    return null;
  end if;
  v_where := case p_show when 'mine' then v_mine when 'unassigned' then v_none when 'others' then v_others
    when 'overdue' then ' and q.state = ''in_review''' || v_days else '' end;
  execute 'select jsonb_build_object(
      ''counts'', jsonb_build_object(
        ''mine'', (select count(*) ' || v_from || v_mine || '),
        ''unassigned'', (select count(*) ' || v_from || v_none || '),
        ''others'', (select count(*) ' || v_from || v_others || '),
        ''overdue'', (select count(*) ' || v_from || ' and q.state = ''in_review''' || v_days || '),
        ''all'', (select count(*) ' || v_from || ')),
      ''drafts'', (select coalesce(jsonb_agg(private.draft_json(d, a.display_name, null) || jsonb_build_object(
          ''requests'', private.open_requests_json(d.workspace_id, d.id),
          ''my_decision'', (select max(x.version_number) from public.decisions x
            where x.draft_id = d.id and x.decided_by = $2),
          ''why_not'', private.why_not_decide(d, $3, $4)) order by p.place), ''[]'')
        from (select q.id, row_number() over (' || v_order || ') as place ' || v_from || v_where || v_order
          || ' offset $5 limit $6) p
        join public.drafts d on d.id = p.id
        join public.profiles a on a.id = d.author_id))'
  into v_answer
  using p_workspace, v_me, v_roles, v_scope, greatest(0, least(coalesce(p_offset, 0), 1000)),
    greatest(1, least(coalesce(p_limit, 25), 100));
  return v_answer;
end
$$;
comment on function public.get_queue is
  'What is in review or on hold and not the caller''s own: p_show mine, unassigned, others, overdue or all; p_sort risk or publish_by. With how many there are of each, who has them, and which version the caller decided on. Null for strangers.';

create or replace function public.get_people(p_workspace uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'people', (select coalesce(jsonb_agg(jsonb_build_object(
        'profile_id', m.profile_id, 'name', p.display_name, 'roles', m.roles, 'suspended_at', m.suspended_at,
        'joined_at', m.created_at, 'email', (select c.email from public.profile_contacts c where c.profile_id = m.profile_id),
        'away_until', case when private.is_away(m.away_until) then m.away_until end,
        'open_drafts', o.n, 'open_reviews', coalesce(r.n, 0),
        'credentials', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'profession', c.profession,
            'register_url', c.register_url, 'jurisdiction', c.jurisdiction, 'scope', c.scope,
            'submitted_at', c.submitted_at, 'checked_at', c.checked_at, 'expires_on', c.expires_on,
            'revoked_at', c.revoked_at,
            'checked_by_name', (select k.display_name from public.profiles k where k.id = c.checked_by))
            order by c.submitted_at desc), '[]')
          from public.credentials c where c.workspace_id = p_workspace and c.profile_id = m.profile_id))
      order by p.display_name, p.id), '[]')
      from public.memberships m
      join public.profiles p on p.id = m.profile_id
      -- Counted up to a hundred, so that a large workspace costs no more than a small one.
      cross join lateral (select count(*) as n from (select from public.drafts d
        where d.workspace_id = p_workspace and d.author_id = m.profile_id
          and d.state in ('in_review', 'changes_requested', 'approved') limit 101) capped) o
      left join (select q.assignee_id, count(*) as n from public.review_requests q
        where q.workspace_id = p_workspace and q.closed_at is null
        group by q.assignee_id) r on r.assignee_id = m.profile_id
      where m.workspace_id = p_workspace),
    'invitations', (select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'email', i.email, 'roles', i.roles,
        'created_at', i.created_at, 'expires_at', i.expires_at) order by i.created_at desc), '[]')
      from public.invitations i where i.workspace_id = p_workspace and i.accepted_at is null
        and i.revoked_at is null and i.expires_at > now()))
  where p_workspace = any ((select private.my_workspaces())::uuid[])
$$;

grant execute on function public.get_queue(uuid, text, text, integer, integer) to authenticated;
