-- Purpose: what authors make of the checker's notes, and what coordinators learn of it per rule.
-- Touches: hint_answers (new), get_draft (three more keys). Locks: none.
-- Undo: restore get_draft of 20261127010700, drop the functions and the table.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.hint_answers (
  workspace_id uuid not null,
  draft_id uuid not null,
  author_id uuid not null references public.profiles (id) on delete cascade,
  rule text not null check (rule ~ '^[a-z0-9-]{1,60}$' and rule <> 'author-at-risk'),
  quote_hash text not null check (quote_hash ~ '^[0-9a-f]{64}$'),
  answer text not null check (answer in ('not_meant', 'used')),
  answered_at timestamptz not null default now(),
  primary key (workspace_id, draft_id, rule, quote_hash),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id) on delete cascade
);
create index hint_answers_rule_idx on public.hint_answers (workspace_id, rule);
create index hint_answers_author_idx on public.hint_answers (author_id);
comment on table public.hint_answers is
  'What an author made of a note on their words: not what they meant, or took what it offers. One a note; never of the rule that hears the author in danger.';
comment on column public.hint_answers.quote_hash is 'SHA-256 over the draft''s id and the quoted words; the words are not kept.';

alter table public.hint_answers enable row level security;
create policy "Authors read their answers" on public.hint_answers
  for select to authenticated
  using (author_id = (select auth.uid()) and workspace_id = any ((select private.my_workspaces())::uuid[]));
grant select on public.hint_answers to authenticated;

create function public.answer_hint(p_draft uuid, p_rule text, p_quote_hash text, p_answer text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_own_draft(p_draft);
begin
  if p_rule is null or p_rule !~ '^[a-z0-9-]{1,60}$' or p_rule = 'author-at-risk'
    or p_quote_hash is null or p_quote_hash !~ '^[0-9a-f]{64}$'
    or (p_answer is not null and p_answer not in ('not_meant', 'used')) then
    perform private.refuse('PT400', 'answer_invalid', 'This answer could not be kept.');
  end if;
  if p_answer is null then
    delete from public.hint_answers h
    where h.workspace_id = v_draft.workspace_id and h.draft_id = p_draft and h.rule = p_rule
      and h.quote_hash = p_quote_hash;
    return;
  end if;
  if (select count(*) from public.hint_answers h
    where h.workspace_id = v_draft.workspace_id and h.draft_id = p_draft) >= 1000 then
    perform private.refuse('PT409', 'too_many_answers', 'This draft has 1,000 answers to notes already.');
  end if;
  insert into public.hint_answers (draft_id, workspace_id, author_id, rule, quote_hash, answer)
  values (p_draft, v_draft.workspace_id, auth.uid(), p_rule, p_quote_hash, p_answer)
  on conflict (workspace_id, draft_id, rule, quote_hash) do update
  set answer = excluded.answer, author_id = excluded.author_id, answered_at = now();
end
$$;
comment on function public.answer_hint is
  'Keeps what the author of a draft makes of a note; without an answer, takes back what they said.';

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
    'not_meant', (select coalesce(jsonb_agg(jsonb_build_object('rule', h.rule, 'quote_hash', h.quote_hash)), '[]')
      from public.hint_answers h
      where h.workspace_id = d.workspace_id and h.draft_id = d.id and h.answer = 'not_meant'))
  from public.drafts d
  join public.profiles a on a.id = d.author_id
  left join public.profiles b on b.id = d.approved_by
  where d.id = p_draft
$$;

create function public.list_hint_rates(p_workspace uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_role(p_workspace, 'coordinator');
  return coalesce((
    select jsonb_agg(jsonb_build_object('rule', r.rule, 'answers', r.answers, 'not_meant', r.not_meant)
      order by r.not_meant desc, r.rule)
    from (
      select h.rule, count(*) as answers, count(*) filter (where h.answer = 'not_meant') as not_meant
      from public.hint_answers h
      where h.workspace_id = p_workspace
      group by h.rule) r), '[]');
end
$$;
comment on function public.list_hint_rates is
  'For coordinators: how often authors answered a rule''s notes, and how often with "not what I meant". No draft, person or word.';

grant execute on function
  public.answer_hint(uuid, text, text, text),
  public.list_hint_rates(uuid)
to authenticated;
