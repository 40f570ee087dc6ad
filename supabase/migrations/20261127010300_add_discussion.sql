-- Purpose: threads, mentions, notes among professionals, a peer's advice, and where each person was.
-- Touches: comments (two columns), comment_threads, professional_notes, advice, draft_looks (new).
-- Locks: comments exclusively for a moment. Undo: drop the tables and columns, restore add_comment.

set lock_timeout = '5s';
set statement_timeout = '60s';

alter table public.comments
  add column parent_id uuid,
  add column mentions uuid[] not null default '{}';
comment on column public.comments.parent_id is 'The comment that began the thread; null for the one that did.';
comment on column public.comments.mentions is 'Members whom it addresses.';
create index comments_parent_idx on public.comments (workspace_id, parent_id) where parent_id is not null;
alter table public.comments
  -- squawk-ignore disallowed-unique-constraint
  add constraint comments_workspace_key unique (workspace_id, id),
  -- squawk-ignore adding-foreign-key-constraint
  add constraint comments_parent_fkey foreign key (workspace_id, parent_id) references public.comments (workspace_id, id);

create table public.comment_threads (
  comment_id uuid primary key,
  workspace_id uuid not null,
  draft_id uuid not null,
  resolved_at timestamptz,
  resolved_by uuid references public.profiles (id),
  foreign key (workspace_id, comment_id) references public.comments (workspace_id, id),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id),
  check ((resolved_at is null) = (resolved_by is null))
);
create index comment_threads_comment_idx on public.comment_threads (workspace_id, comment_id);
create index comment_threads_draft_idx on public.comment_threads (workspace_id, draft_id);
create index comment_threads_resolved_by_idx on public.comment_threads (resolved_by);
comment on table public.comment_threads is 'Threads that were resolved, or reopened since. Those never touched have no row and are open.';

create table public.professional_notes (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  draft_id uuid not null,
  version_number integer not null,
  author_id uuid not null references public.profiles (id),
  body text not null check (length(body) between 1 and 4000),
  created_at timestamptz not null default now(),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id),
  foreign key (draft_id, version_number) references public.draft_versions (draft_id, number)
);
create index professional_notes_draft_idx on public.professional_notes (workspace_id, draft_id, created_at);
create index professional_notes_version_idx on public.professional_notes (draft_id, version_number);
create index professional_notes_author_idx on public.professional_notes (author_id, created_at);
comment on table public.professional_notes is
  'What professionals say among themselves about a version. A table of its own, because no author may ever read it. Append-only.';

create table public.advice (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  draft_id uuid not null,
  version_number integer not null,
  content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
  kind text not null check (kind in ('looks_good', 'please_change')),
  note text not null default '' check (length(note) <= 4000),
  given_by uuid not null references public.profiles (id),
  given_at timestamptz not null default now(),
  unique (draft_id, version_number, given_by),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id),
  foreign key (draft_id, version_number) references public.draft_versions (draft_id, number)
);
create index advice_draft_idx on public.advice (workspace_id, draft_id, given_at);
create index advice_given_by_idx on public.advice (given_by);
comment on table public.advice is 'What a peer thinks of one version. Never an approval. Append-only, once a person and version.';

create table public.draft_looks (
  profile_id uuid not null references public.profiles (id) on delete cascade,
  draft_id uuid not null,
  workspace_id uuid not null,
  version_number integer not null,
  previous_version integer,
  looked_at timestamptz not null default now(),
  previous_at timestamptz,
  primary key (profile_id, draft_id),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id)
);
create index draft_looks_draft_idx on public.draft_looks (workspace_id, draft_id);
comment on table public.draft_looks is 'Which version each person saw last in the review room. Nobody else reads it.';
comment on column public.draft_looks.previous_version is 'The one they saw before that: what changed since is what they open on.';
comment on column public.draft_looks.previous_at is 'When the visit before this one was; what was said since is new to them.';

create trigger professional_notes_append_only before update or delete or truncate on public.professional_notes
  for each statement execute function private.refuse_change();
create trigger advice_append_only before update or delete or truncate on public.advice
  for each statement execute function private.refuse_change();

create function private.my_authored_drafts()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  -- Only people who both write and decide can be author and professional.
  select coalesce(array_agg(d.id), '{}')
  from public.memberships m
  join public.drafts d on d.workspace_id = m.workspace_id
    and (d.author_id = m.profile_id or m.profile_id = any (d.former_author_ids))
  where m.profile_id = auth.uid() and m.suspended_at is null and 'professional' = any (m.roles)
$$;
comment on function private.my_authored_drafts is 'Drafts that the caller, a professional, wrote or had before.';
grant execute on function private.my_authored_drafts() to authenticated;

alter table public.comment_threads enable row level security;
alter table public.professional_notes enable row level security;
alter table public.advice enable row level security;
alter table public.draft_looks enable row level security;

create policy "Members read which threads are resolved" on public.comment_threads
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[]));
create policy "Professionals read notes on drafts that are not theirs" on public.professional_notes
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces_as('professional'))::uuid[])
    and not draft_id = any ((select private.my_authored_drafts())::uuid[]));
create policy "Members read advice" on public.advice
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[]));
create policy "People read where they were themselves" on public.draft_looks
  for select to authenticated
  using (profile_id = (select auth.uid()) and workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[]));
grant select on public.comment_threads, public.professional_notes, public.advice, public.draft_looks to authenticated;

create function private.require_submitted(p_draft public.drafts, p_version integer, p_what text)
returns public.draft_versions
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_version public.draft_versions;
begin
  select * into v_version from public.draft_versions v
  where v.draft_id = p_draft.id and v.number = p_version and v.submitted;
  if v_version.draft_id is null then
    perform private.refuse('PT404', 'not_found', pg_catalog.format('There is no such version to %s.', p_what));
  end if;
  return v_version;
end
$$;
comment on function private.require_submitted is 'A version that readers of the draft may see; p_what ends the refusal.';

create function private.slow_down(p_me uuid)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if (select count(*) from public.comments c where c.author_id = p_me and c.created_at > now() - interval '1 hour')
    + (select count(*) from public.professional_notes c where c.author_id = p_me and c.created_at > now() - interval '1 hour') >= 120 then
    perform private.refuse('PT429', 'too_many_comments', 'That is 120 comments in an hour. Please go on a little later.');
  end if;
end
$$;
comment on function private.slow_down is 'Refuses more than 120 comments and notes of one person in an hour.';

-- squawk-ignore ban-drop-function
drop function public.add_comment(uuid, integer, text);
create function public.add_comment(
  p_draft uuid, p_version integer, p_body text, p_parent uuid default null, p_mentions uuid[] default '{}'
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
  v_body text := private.require_text(p_body, 4000, 'a comment');
  v_mentions uuid[] := array(select distinct m from unnest(p_mentions) m where m is not null);
  v_comment uuid;
begin
  perform private.require_submitted(v_draft, p_version, 'comment on');
  perform private.slow_down(auth.uid());
  if (select count(*) from public.comments c where c.workspace_id = v_draft.workspace_id and c.draft_id = p_draft) >= 2000 then
    perform private.refuse('PT409', 'too_many_comments', 'This draft has 2,000 comments. Please go on in a new draft.');
  end if;
  if p_parent is not null and not exists (select 1 from public.comments c
    where c.id = p_parent and c.draft_id = p_draft and c.parent_id is null) then
    perform private.refuse('PT404', 'not_found', 'The comment you answer is not here.');
  end if;
  if cardinality(v_mentions) > 20 or exists (select 1 from unnest(v_mentions) m
    where not m = any (private.readers_of(v_draft))) then
    perform private.refuse('PT400', 'mention_invalid', 'Somebody you mention cannot see this draft. Nothing was sent.');
  end if;
  insert into public.comments (workspace_id, draft_id, version_number, author_id, body, parent_id, mentions)
  values (v_draft.workspace_id, p_draft, p_version, auth.uid(), v_body, p_parent, v_mentions)
  returning id into v_comment;
  if p_parent is not null then
    update public.comment_threads t set resolved_at = null, resolved_by = null
    where t.comment_id = p_parent and t.resolved_at is not null;
  end if;
  update public.drafts d set change_number = d.change_number + 1 where d.id = p_draft;
  perform private.notify(v_draft, v_mentions, 'mentioned', v_comment);
  perform private.notify(v_draft, array(select p from unnest(v_draft.author_id || array(
      select c.author_id from public.comments c where c.draft_id = p_draft and (c.id = p_parent or c.parent_id = p_parent))) p
    where not p = any (v_mentions)), 'comment_added', v_comment);
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'comment_added', p_draft, v_comment,
    jsonb_build_object('version', p_version));
  return v_comment;
end
$$;
comment on function public.add_comment is
  'Something said about a submitted version: a new thread, or an answer in one, which reopens it. Its author, those in the thread and those mentioned are told.';

create function private.readers_of(p_draft public.drafts)
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(m.profile_id), '{}') from public.memberships m
  where m.workspace_id = p_draft.workspace_id and m.suspended_at is null
    and (m.profile_id = p_draft.author_id or p_draft.first_submitted_at is not null
      and (not p_draft.professionals_only or 'professional' = any (m.roles)))
$$;
comment on function private.readers_of is 'Members who may see the draft.';

create function public.resolve_thread(p_comment uuid, p_resolved boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_comment public.comments;
  v_draft public.drafts;
begin
  select * into v_comment from public.comments c where c.id = p_comment and c.parent_id is null;
  -- Refuses strangers in the same words whether or not there is such a comment.
  v_draft := private.lock_draft(v_comment.draft_id);
  if p_resolved is null then
    perform private.refuse('PT400', 'choice_missing', 'Say whether the thread is settled.');
  end if;
  if p_resolved = exists (select 1 from public.comment_threads t
    where t.comment_id = p_comment and t.resolved_at is not null) then
    return;
  end if;
  insert into public.comment_threads as t (comment_id, workspace_id, draft_id, resolved_at, resolved_by)
  values (p_comment, v_draft.workspace_id, v_draft.id, case when p_resolved then now() end,
    case when p_resolved then auth.uid() end)
  on conflict (comment_id) do update set resolved_at = excluded.resolved_at, resolved_by = excluded.resolved_by;
  update public.drafts d set change_number = d.change_number + 1 where d.id = v_draft.id;
  if p_resolved then
    perform private.notify(v_draft, array[v_comment.author_id], 'thread_resolved', p_comment);
  end if;
  perform private.record_event(v_draft.workspace_id, auth.uid(),
    case when p_resolved then 'thread_resolved' else 'thread_reopened' end, v_draft.id, p_comment, null);
end
$$;
comment on function public.resolve_thread is 'Whoever may read the draft may say that a thread is settled, or that it is not.';

create function public.add_professional_note(p_draft uuid, p_version integer, p_body text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
  v_me uuid := private.require_role(v_draft.workspace_id, 'professional');
  v_body text := private.require_text(p_body, 4000, 'a note');
  v_note uuid;
begin
  if v_me = any (array_append(v_draft.former_author_ids, v_draft.author_id)) then
    perform private.refuse('PT403', 'own_draft', 'You wrote this draft, so notes among its reviewers are not for you.');
  end if;
  perform private.require_submitted(v_draft, p_version, 'write a note on');
  perform private.slow_down(v_me);
  if (select count(*) from public.professional_notes n where n.workspace_id = v_draft.workspace_id and n.draft_id = p_draft) >= 2000 then
    perform private.refuse('PT409', 'too_many_comments', 'This draft has 2,000 notes. Please go on in a new draft.');
  end if;
  insert into public.professional_notes (workspace_id, draft_id, version_number, author_id, body)
  values (v_draft.workspace_id, p_draft, p_version, v_me, v_body) returning id into v_note;
  -- The author's number of changes stays: even that there is a note is not for them. Nor does the
  -- record say so, of which authors read their drafts' part.
  return v_note;
end
$$;
comment on function public.add_professional_note is 'A note that only professionals read, and never the draft''s author.';

create function public.advise_draft(p_draft uuid, p_version integer, p_content_hash text, p_kind text, p_note text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
  v_me uuid := private.require_role(v_draft.workspace_id, 'influencer');
  v_version public.draft_versions;
  v_note text := coalesce(btrim(private.clean_text(p_note), E' \t\n'), '');
  v_advice uuid;
begin
  if v_draft.author_id = v_me then
    perform private.refuse('PT403', 'own_draft', 'You wrote this draft, so advice on it comes from somebody else.');
  end if;
  if p_kind is null or p_kind not in ('looks_good', 'please_change') then
    perform private.refuse('PT400', 'kind_invalid', 'Choose between "looks good" and "please change".');
  end if;
  if p_kind = 'please_change' then
    v_note := private.require_text(v_note, 4000, 'what should change, and why');
  elsif length(v_note) > 4000 then
    perform private.refuse('PT400', 'text_too_long', 'A note can have at most 4,000 characters.');
  end if;
  v_version := private.require_submitted(v_draft, p_version, 'advise on');
  if v_draft.submitted_version is distinct from p_version or v_version.content_hash is distinct from p_content_hash then
    perform private.refuse('PT409', 'stale_version',
      'The author sent a newer version while you were reading. Your note is kept; please look at what changed.');
  end if;
  if v_draft.state not in ('in_review', 'on_hold') then
    perform private.refuse('PT409', 'wrong_state', 'This draft is not in review any more, so advice would come too late. Your note is kept.');
  end if;
  if exists (select 1 from public.advice a where a.draft_id = p_draft and a.version_number = p_version and a.given_by = v_me) then
    perform private.refuse('PT409', 'already_advised', 'You have given your advice on this version. Add a comment to say more.');
  end if;
  insert into public.advice (workspace_id, draft_id, version_number, content_hash, kind, note, given_by)
  values (v_draft.workspace_id, p_draft, p_version, p_content_hash, p_kind, v_note, v_me) returning id into v_advice;
  perform private.close_requests(p_draft, 'peer', v_me, 'advised');
  update public.drafts d set change_number = d.change_number + 1 where d.id = p_draft;
  perform private.notify(v_draft, array[v_draft.author_id], 'advice_given', v_advice, jsonb_build_object('kind', p_kind));
  perform private.record_event(v_draft.workspace_id, v_me, 'advice_given', p_draft, v_advice,
    jsonb_build_object('version', p_version, 'kind', p_kind));
  return v_advice;
end
$$;
comment on function public.advise_draft is 'A peer''s "looks good" or "please change" on exactly the version in review. Decides nothing.';

create function public.note_look(p_draft uuid, p_version integer)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_uid();
  v_draft public.drafts;
begin
  select * into v_draft from public.drafts d where d.id = p_draft;
  if v_draft.id is null or not v_me = any (private.readers_of(v_draft))
    or not exists (select 1 from public.draft_versions v where v.draft_id = p_draft and v.number = p_version and v.submitted) then
    perform private.refuse('PT404', 'not_found', 'We could not find that draft. It may not be shared with you.');
  end if;
  insert into public.draft_looks as l (profile_id, draft_id, workspace_id, version_number)
  values (v_me, p_draft, v_draft.workspace_id, p_version)
  on conflict (profile_id, draft_id) do update set
    -- An older version read again is no step back.
    previous_version = case when excluded.version_number > l.version_number then l.version_number else l.previous_version end,
    version_number = greatest(l.version_number, excluded.version_number),
    -- A reload is the same visit.
    previous_at = case when l.looked_at < now() - interval '30 minutes' or excluded.version_number > l.version_number
      then l.looked_at else l.previous_at end,
    looked_at = now();
  update public.notifications n set read_at = now()
  where n.profile_id = v_me and n.workspace_id = v_draft.workspace_id and n.draft_id = p_draft and n.read_at is null;
end
$$;
comment on function public.note_look is 'The caller has the version on the screen: remembered for their next visit, and what they were told about the draft counts as read.';

grant execute on function
  public.add_comment(uuid, integer, text, uuid, uuid[]),
  public.resolve_thread(uuid, boolean),
  public.add_professional_note(uuid, integer, text),
  public.advise_draft(uuid, integer, text, text, text),
  public.note_look(uuid, integer)
to authenticated;
