-- Purpose: what the editor and the review room of one draft read, as the calling person.
-- Touches: functions only. Undo: drop the functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.version_json(p_version public.draft_versions)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('number', p_version.number, 'content_hash', p_version.content_hash,
    'submitted', p_version.submitted, 'note', p_version.note, 'created_at', p_version.created_at,
    'created_by_name', (select p.display_name from public.profiles p where p.id = p_version.created_by))
$$;

create function private.decision_json(p_decision public.decisions)
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
    'valid_until', p_decision.valid_until)
$$;
create function private.my_credential_json(p_workspace uuid, p_topic text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select private.credential_snapshot(c)
  from private.current_credential(p_workspace, auth.uid(), p_topic) c
  where c.id is not null and 'professional' = any (private.my_roles(p_workspace))
$$;
comment on function private.my_credential_json is 'The credential the caller''s decision on this topic would carry, or null.';

grant execute on function
  private.version_json(public.draft_versions),
  private.decision_json(public.decisions),
  private.my_credential_json(uuid, text)
to authenticated;

create function public.get_draft(p_draft uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'draft', private.draft_json(d, a.display_name, b.display_name),
    'buffer', (select jsonb_build_object('content', b.content, 'revision', b.revision,
        'content_hash', b.content_hash, 'updated_at', b.updated_at)
      from public.draft_buffers b where b.draft_id = d.id),
    'versions', (select coalesce(jsonb_agg(private.version_json(v) order by v.number desc), '[]')
      from public.draft_versions v where v.draft_id = d.id),
    'decision', (select private.decision_json(x) from public.decisions x
      where x.workspace_id = d.workspace_id and x.draft_id = d.id order by x.decided_at desc limit 1))
  from public.drafts d
  join public.profiles a on a.id = d.author_id
  left join public.profiles b on b.id = d.approved_by
  where d.id = p_draft
$$;
comment on function public.get_draft is 'For the editor; buffer is null for everybody but the author. Null when there is no such draft for the caller.';

create function public.get_review(p_draft uuid, p_version integer default null, p_compare integer default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'draft', private.draft_json(d, a.display_name, b.display_name),
    'version', (select private.version_json(v) || jsonb_build_object('content', v.content)
      from public.draft_versions v where v.draft_id = d.id and v.number = coalesce(p_version, d.submitted_version)),
    'compare', (select private.version_json(v) || jsonb_build_object('content', v.content)
      from public.draft_versions v where v.draft_id = d.id and v.number = coalesce(p_compare, (
        select max(o.number) from public.draft_versions o
        where o.draft_id = d.id and o.submitted and o.number < coalesce(p_version, d.submitted_version)))),
    'versions', (select coalesce(jsonb_agg(private.version_json(v) order by v.number desc), '[]')
      from public.draft_versions v where v.draft_id = d.id),
    'comments', (select coalesce(jsonb_agg(jsonb_build_object(
        'id', c.id, 'version_number', c.version_number, 'body', c.body, 'created_at', c.created_at,
        'author_id', c.author_id, 'author_name', p.display_name,
        'author_roles', (select m.roles from public.memberships m
          where m.workspace_id = c.workspace_id and m.profile_id = c.author_id)) order by c.created_at, c.id), '[]')
      from public.comments c join public.profiles p on p.id = c.author_id
      where c.workspace_id = d.workspace_id and c.draft_id = d.id),
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
  where d.id = p_draft and d.submitted_version is not null
$$;
comment on function public.get_review is
  'The review room: the version asked for (else the latest submitted), one to compare with (else the one submitted before it), history, comments and decisions. Null when there is nothing for the caller.';

create function public.get_change_number(p_draft uuid)
returns bigint
language sql
stable
set search_path = ''
as $$
  select d.change_number from public.drafts d where d.id = p_draft
$$;
comment on function public.get_change_number is 'What an open room polls: one indexed row.';

grant execute on function
  public.get_draft(uuid),
  public.get_review(uuid, integer, integer),
  public.get_change_number(uuid)
to authenticated;
