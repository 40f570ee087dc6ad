-- Purpose: the editor has all that could go with a post from its first request, where the post is known to ask for it.
-- Touches: functions only. Undo: restore get_draft of 20261201010300 and drop private.asks_for_help.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.asks_for_help(p_draft public.drafts, p_content jsonb)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select p_content ->> 'topic' in ('suicide_self_harm', 'eating_disorders', 'trauma', 'substance_use')
    or exists (select 1 from public.safety_checks c
      where c.workspace_id = p_draft.workspace_id and c.draft_id = p_draft.id and c.topics <> '{}')
$$;
comment on function private.asks_for_help is
  'Whether help is known to have to go with what is being written: by the topic its author chose, or by what the checker heard in a version that was sent. The words of now are heard by the checker alone.';

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
    -- What could go with it costs more than the rest of this, so it is not read for posts that ask for nothing;
    -- get_help has it where only the words of now do.
    'help', (select private.help_json(d, private.countries_of(b.content),
        case when private.asks_for_help(d, b.content) then null else '{}'::text[] end) from public.draft_buffers b where b.draft_id = d.id),
    'not_meant', (select coalesce(jsonb_agg(jsonb_build_object('rule', h.rule, 'quote_hash', h.quote_hash)), '[]')
      from public.hint_answers h
      where h.workspace_id = d.workspace_id and h.draft_id = d.id and h.answer = 'not_meant'))
  from public.drafts d
  join public.profiles a on a.id = d.author_id
  left join public.profiles b on b.id = d.approved_by
  where d.id = p_draft
$$;

grant execute on function private.asks_for_help(public.drafts, jsonb) to authenticated;
