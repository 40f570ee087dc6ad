-- Purpose: drafts, the text being written, versions, comments and decisions.
-- Touches: drafts, draft_buffers, draft_versions, comments, decisions. Locks: none (new tables).
-- Undo: drop the five tables.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.topics()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['general', 'anxiety_depression', 'suicide_self_harm', 'eating_disorders', 'trauma',
    'psychosis_bipolar', 'substance_use', 'medication', 'young_people']
$$;
comment on function private.topics is 'What a post can be about, and what a credential can cover.';

create function private.platforms()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['instagram', 'tiktok', 'youtube', 'facebook', 'x', 'linkedin', 'podcast', 'blog']
$$;

create function private.normalise_content(p_content text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_content jsonb;
  v_countries text[];
begin
  if length(coalesce(p_content, '')) > 700000 then
    perform private.refuse('PT400', 'text_too_long', 'That is far too long for a post. Nothing was saved of it.');
  end if;
  begin
    v_content := p_content::jsonb;
  exception when others then
    perform private.refuse('PT400', 'content_invalid', 'The post could not be read.');
  end;
  if v_content is null or jsonb_typeof(v_content) <> 'object'
    or v_content - array['platform', 'caption', 'audience_countries', 'topic'] <> '{}'
    or jsonb_typeof(v_content -> 'caption') is distinct from 'string'
    or jsonb_typeof(v_content -> 'audience_countries') is distinct from 'array'
    or not coalesce(v_content ->> 'platform' = any (private.platforms()), false)
    or not coalesce(v_content ->> 'topic' = any (private.topics()), false) then
    perform private.refuse('PT400', 'content_invalid', 'The post needs a platform, a topic, a caption and a list of countries.');
  end if;
  v_countries := array(select distinct upper(c) from jsonb_array_elements_text(v_content -> 'audience_countries') c order by 1);
  if cardinality(v_countries) > 60
    or exists (select 1 from unnest(v_countries) c where coalesce(c, '') !~ '^[A-Z]{2}$') then
    perform private.refuse('PT400', 'countries_invalid', 'Countries are two-letter codes, at most 60 of them.');
  end if;
  if length(v_content ->> 'caption') > 100000 then
    perform private.refuse('PT400', 'text_too_long', 'The text is longer than 100,000 characters. Please shorten it; nothing was saved of it.');
  end if;
  return jsonb_build_object(
    'platform', v_content ->> 'platform',
    'topic', v_content ->> 'topic',
    'caption', private.clean_text(v_content ->> 'caption'),
    'audience_countries', to_jsonb(v_countries));
end
$$;
comment on function private.normalise_content is
  'Content is all that the public will see, plus the topic that decides who may approve it: platform, topic, caption (\n line ends, no control characters), audience_countries (sorted, distinct). Unknown keys are refused, so nothing unhashed can creep in.';

create function private.content_hash(p_content jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  -- jsonb prints its keys in one fixed order, so equal content has equal text.
  select encode(sha256(convert_to('tandem-content-1' || p_content::text, 'UTF8')), 'hex')
$$;
comment on function private.content_hash is 'Hex SHA-256 of the content, with a prefix that names the format.';

create table public.drafts (
  id uuid not null default gen_random_uuid(),
  workspace_id uuid not null,
  author_id uuid not null,
  former_author_ids uuid[] not null default '{}',
  title text not null check (length(title) between 1 and 140),
  state text not null default 'drafting' check (state in (
    'drafting', 'in_review', 'changes_requested', 'approved', 'published', 'on_hold', 'declined', 'withdrawn')),
  platform text not null,
  topic text not null,
  publish_by date check (publish_by between '2000-01-01' and '2100-12-31'),
  excerpt text not null default '' check (length(excerpt) <= 280),
  version_count integer not null default 0,
  submitted_version integer,
  first_submitted_at timestamptz,
  submitted_at timestamptz,
  approved_version integer,
  approved_hash text,
  approved_by uuid references public.profiles (id),
  approved_at timestamptz,
  approved_until timestamptz,
  published_at timestamptz,
  published_by uuid references public.profiles (id),
  published_url text check (length(published_url) <= 500),
  change_number bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (id),
  unique (workspace_id, id),
  foreign key (workspace_id, author_id) references public.memberships (workspace_id, profile_id),
  check ((state in ('approved', 'published')) = (approved_hash is not null)),
  check ((state = 'published') = (published_at is not null)),
  check (state in ('drafting', 'withdrawn') or submitted_version is not null)
);
create index drafts_recent_idx on public.drafts (workspace_id, updated_at desc, id desc);
create index drafts_state_idx on public.drafts (workspace_id, state, updated_at desc, id desc);
create index drafts_platform_idx on public.drafts (workspace_id, platform, updated_at desc, id desc);
create index drafts_author_idx on public.drafts (workspace_id, author_id, updated_at desc, id desc);
-- For Home and People: what waits, in its order, with all that the policy looks at.
create index drafts_waiting_idx on public.drafts (workspace_id, state, publish_by, submitted_at)
  include (author_id, first_submitted_at, approved_until)
  where state in ('in_review', 'changes_requested', 'approved');
create index drafts_author_id_idx on public.drafts (author_id);
create index drafts_approved_by_idx on public.drafts (approved_by);
create index drafts_published_by_idx on public.drafts (published_by);
comment on table public.drafts is 'One post on its way to the public. Written by the functions alone.';
comment on column public.drafts.title is 'A working title for colleagues; not published, so not part of the content hash.';
comment on column public.drafts.former_author_ids is 'Whoever had it before it was handed over. They wrote some of it, so they never decide on it.';
comment on column public.drafts.platform is 'Of the latest submitted version, or of the first text, for lists and filters.';
comment on column public.drafts.excerpt is 'Start of the latest submitted caption.';
comment on column public.drafts.change_number is 'Grows with every event that a reader of the draft may want to see; rooms poll it.';
comment on column public.drafts.approved_until is 'After this moment the approval no longer counts: shown as expired, refused for publishing.';

create table public.draft_buffers (
  draft_id uuid primary key,
  workspace_id uuid not null,
  author_id uuid not null references public.profiles (id),
  content jsonb not null,
  content_hash text not null,
  revision bigint not null default 1,
  updated_at timestamptz not null default now(),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id)
);
create index draft_buffers_workspace_idx on public.draft_buffers (workspace_id, draft_id);
create index draft_buffers_author_idx on public.draft_buffers (author_id);
comment on table public.draft_buffers is 'The text being written: its author''s alone.';

create table public.draft_versions (
  workspace_id uuid not null,
  draft_id uuid not null,
  number integer not null check (number between 1 and 500),
  content jsonb not null,
  content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
  submitted boolean not null,
  note text not null default '' check (length(note) <= 500),
  created_by uuid not null references public.profiles (id),
  created_at timestamptz not null default now(),
  primary key (draft_id, number),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id)
);
create index draft_versions_workspace_idx on public.draft_versions (workspace_id, draft_id);
create index draft_versions_created_by_idx on public.draft_versions (created_by);
comment on table public.draft_versions is 'Append-only. Cut when a draft is submitted or its author saves a version.';
comment on column public.draft_versions.submitted is 'False: saved by the author for themselves, so nobody else reads it.';
comment on column public.draft_versions.note is 'Why it changed, in the author''s words.';

create table public.comments (
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
create index comments_draft_idx on public.comments (workspace_id, draft_id, created_at);
create index comments_version_idx on public.comments (draft_id, version_number);
create index comments_author_idx on public.comments (author_id, created_at);
comment on table public.comments is 'What people say about a submitted version. Append-only.';

create table public.decisions (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  draft_id uuid not null,
  version_number integer not null,
  content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
  kind text not null check (kind in ('approved', 'changes_requested', 'declined')),
  reason_code text check (reason_code in (
    'safety', 'accuracy', 'wording', 'missing_help', 'privacy', 'out_of_scope', 'other')),
  note text not null default '' check (length(note) <= 4000),
  decided_by uuid not null references public.profiles (id),
  decided_at timestamptz not null default now(),
  capacity text not null default 'professional' check (capacity = 'professional'),
  credential_id uuid not null,
  credential jsonb not null,
  statement_version integer not null,
  statement text not null,
  valid_until timestamptz,
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id),
  foreign key (draft_id, version_number) references public.draft_versions (draft_id, number),
  foreign key (workspace_id, credential_id) references public.credentials (workspace_id, id),
  check ((kind = 'approved') = (reason_code is null)),
  check ((kind = 'approved') = (valid_until is not null))
);
create index decisions_draft_idx on public.decisions (workspace_id, draft_id, decided_at);
create unique index decisions_version_idx on public.decisions (draft_id, version_number);
create index decisions_decided_by_idx on public.decisions (decided_by, draft_id);
create index decisions_credential_idx on public.decisions (workspace_id, credential_id);
comment on table public.decisions is 'Append-only: at most one decision a version, of exactly the text whose hash it holds.';
comment on column public.decisions.credential is 'The credential as it was at that moment: profession, register_url, jurisdiction, scope, checked_at, expires_on, and the person''s name.';
comment on column public.decisions.statement is 'What was and was not reviewed, in the words the professional saw.';

create trigger draft_versions_append_only before update or delete or truncate on public.draft_versions
  for each statement execute function private.refuse_change();
create trigger comments_append_only before update or delete or truncate on public.comments
  for each statement execute function private.refuse_change();
create trigger decisions_append_only before update or delete or truncate on public.decisions
  for each statement execute function private.refuse_change();

create function public.review_statement()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('version', 1, 'text',
    'I read this exact text as a professional within the topics of my checked credential. '
    'I looked at whether it is accurate, safe and kind to people who may be affected by it, and whether it points to help where it should. '
    'I did not review pictures, video, links, comments or the account it is posted from, and this is not advice for any one person. '
    'If any part of the text changes, this decision no longer covers it.')
$$;
comment on function public.review_statement is 'The fixed statement kept with each decision. A change of words is a new version in a new migration.';

alter table public.drafts enable row level security;
alter table public.draft_buffers enable row level security;
alter table public.draft_versions enable row level security;
alter table public.comments enable row level security;
alter table public.decisions enable row level security;

create policy "Authors read their drafts, members those submitted once" on public.drafts
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and (first_submitted_at is not null or author_id = (select auth.uid())));

create policy "Authors read the text they are writing" on public.draft_buffers
  for select to authenticated
  using (author_id = (select auth.uid())
    and workspace_id = any ((select private.my_workspaces())::uuid[]));

create policy "Members read submitted versions, authors all of their draft's" on public.draft_versions
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and (submitted or exists (
      select 1 from public.drafts d
      where d.id = draft_versions.draft_id and d.author_id = (select auth.uid()))));

create policy "Members read comments" on public.comments
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[]));

create policy "Members read decisions" on public.decisions
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[]));

create policy "Coordinators read the record, others that of their own drafts" on public.audit_events
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and (workspace_id = any ((select private.my_workspaces_as('coordinator'))::uuid[])
      or exists (select 1 from public.drafts d
        where d.id = audit_events.draft_id and d.author_id = (select auth.uid()))
      or exists (select 1 from public.decisions x
        where x.draft_id = audit_events.draft_id and x.decided_by = (select auth.uid()))));

grant select on public.drafts, public.draft_buffers, public.draft_versions, public.comments, public.decisions,
  public.audit_events to authenticated;
grant execute on function public.review_statement() to authenticated;
