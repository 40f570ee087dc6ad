-- Purpose: a draft is a post: format, script, on-screen text, hashtags, link, images with alternative
-- text, video with transcript; beside it a context card and who may see it at all.
-- Touches: drafts (four columns), media (new); how content is read, saved and submitted.
-- Locks: drafts exclusively for a moment (columns with constant defaults). Undo: drop media and the
-- columns, restore the functions of 20261101000500 and 20261101000600.

set lock_timeout = '5s';
set statement_timeout = '60s';

alter table public.drafts
  add column context jsonb not null default '{}',
  add column professionals_only boolean not null default false,
  add column format text not null default 'post',
  add column thumbnail uuid;
comment on column public.drafts.context is
  'The context card, for colleagues: goal, audience and action (what the post asks people to do). Not published, so not part of the content hash.';
comment on column public.drafts.professionals_only is 'Nobody but its author and professionals sees the draft.';
comment on column public.drafts.format is 'Of the latest submitted version, or of the first text.';
comment on column public.drafts.thumbnail is 'The first image of the latest submitted version.';
-- With all that the policy looks at, as before.
drop index public.drafts_waiting_idx;
create index drafts_waiting_idx on public.drafts (workspace_id, state, publish_by, submitted_at)
  include (author_id, first_submitted_at, approved_until, professionals_only)
  where state in ('in_review', 'changes_requested', 'approved');
create index drafts_open_author_idx on public.drafts (workspace_id, author_id)
  include (first_submitted_at, professionals_only)
  where state in ('in_review', 'changes_requested', 'approved');
create index drafts_professionals_only_idx on public.drafts (workspace_id, id) where professionals_only;

create table public.media (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  draft_id uuid not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  path text not null check (length(path) between 1 and 300),
  content_type text not null check (content_type in ('image/jpeg', 'image/png', 'image/webp')),
  width integer not null check (width between 1 and 10000),
  height integer not null check (height between 1 and 10000),
  byte_count integer not null check (byte_count between 1 and 20000000),
  created_by uuid not null references public.profiles (id),
  created_at timestamptz not null default now(),
  first_submitted_at timestamptz,
  unique (draft_id, sha256),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id)
);
create index media_draft_idx on public.media (workspace_id, draft_id, created_at);
create index media_created_by_idx on public.media (created_by);
create index media_path_idx on public.media (path);
comment on table public.media is
  'Images of a draft as the app encoded them anew. Written by the server alone, which saw the bytes; whoever serves one compares its hash.';
comment on column public.media.sha256 is 'Of the stored bytes, in hex. Content names it, so that an approval covers the picture.';
comment on column public.media.path is 'In the bucket `media` of Storage.';
comment on column public.media.first_submitted_at is 'Null: only its author sees it.';

-- What content may hold.

create function private.formats()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['post', 'carousel', 'story', 'video', 'article', 'podcast', 'infographic']
$$;
comment on function private.formats is 'The forms a post can have; reels and other clips are video.';

create function private.content_text(p_content jsonb, p_key text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_text text := private.clean_text(p_content ->> p_key);
begin
  if jsonb_typeof(p_content -> p_key) not in ('string', 'null') then
    perform private.refuse('PT400', 'content_invalid', 'The post could not be read.');
  end if;
  if length(v_text) > 100000 then
    perform private.refuse('PT400', 'text_too_long', 'A text is longer than 100,000 characters. Please shorten it; nothing was saved of it.');
  end if;
  return nullif(v_text, '');
end
$$;
comment on function private.content_text is 'One of the long texts as it is kept; null when it is empty or not there.';

create function private.content_line(p_content jsonb, p_key text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_line text := private.one_line(p_content ->> p_key);
begin
  if jsonb_typeof(p_content -> p_key) not in ('string', 'null') or length(v_line) > 500 then
    perform private.refuse('PT400', 'content_invalid', 'An address can have at most 500 characters.');
  end if;
  return nullif(v_line, '');
end
$$;
comment on function private.content_line is 'An address as it is being typed, on one line; whether it is whole is asked when the post is submitted.';

create function private.content_hashtags(p_content jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_tags text[];
begin
  if p_content -> 'hashtags' is null then
    return null;
  end if;
  if jsonb_typeof(p_content -> 'hashtags') <> 'array' then
    perform private.refuse('PT400', 'content_invalid', 'The post could not be read.');
  end if;
  -- Platforms do not tell upper case from lower; the first spelling and the order stay.
  v_tags := array(select tag from (
    select distinct on (lower(t.tag)) t.tag, t.place
    from (select ltrim(private.one_line(h.value), '#') as tag, h.ordinality as place
      from jsonb_array_elements_text(p_content -> 'hashtags') with ordinality h) t
    where t.tag <> '' order by lower(t.tag), t.place) d order by d.place);
  if cardinality(v_tags) > 60 or exists (select 1 from unnest(v_tags) t where private.is_blank(t) or t !~ '^[^\s#@.,;:!?"''()<>]{1,100}$') then
    perform private.refuse('PT400', 'hashtags_invalid',
      'A hashtag is one word without spaces or punctuation, and a post has at most 60 of them.');
  end if;
  return case when cardinality(v_tags) > 0 then to_jsonb(v_tags) end;
end
$$;
comment on function private.content_hashtags is 'Words without their #, without repeats, in the order given; null when there are none.';

create function private.content_media(p_content jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_media jsonb;
begin
  if p_content -> 'media' is null then
    return null;
  end if;
  if jsonb_typeof(p_content -> 'media') <> 'array' or jsonb_array_length(p_content -> 'media') > 20 then
    perform private.refuse('PT400', 'media_invalid', 'A post can have at most 20 images.');
  end if;
  if exists (select 1 from jsonb_array_elements(p_content -> 'media') m
    where jsonb_typeof(m) <> 'object' or m - array['id', 'sha256', 'alt'] <> '{}'
      or coalesce(m ->> 'id', '') !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      or coalesce(m ->> 'sha256', '') !~ '^[0-9a-f]{64}$'
      or length(private.clean_text(coalesce(m ->> 'alt', ''))) > 4000) then
    perform private.refuse('PT400', 'media_invalid', 'An image of the post could not be read, or its description has more than 4,000 characters.');
  end if;
  select jsonb_agg(jsonb_build_object('id', m.value ->> 'id', 'sha256', m.value ->> 'sha256',
    'alt', private.clean_text(coalesce(m.value ->> 'alt', ''))) order by m.ordinality)
  into v_media from jsonb_array_elements(p_content -> 'media') with ordinality m;
  return v_media;
end
$$;
comment on function private.content_media is 'Images in their order: id, sha256, alt (their description); null when there are none.';

create or replace function private.normalise_content(p_content text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_content jsonb;
  v_countries text[];
  v_format text;
begin
  if length(coalesce(p_content, '')) > 2000000 then
    perform private.refuse('PT400', 'text_too_long', 'That is far too long for a post. Nothing was saved of it.');
  end if;
  begin
    v_content := p_content::jsonb;
  exception when others then
    perform private.refuse('PT400', 'content_invalid', 'The post could not be read.');
  end;
  if v_content is null or jsonb_typeof(v_content) <> 'object'
    or v_content - array['platform', 'format', 'topic', 'caption', 'script', 'on_screen_text', 'hashtags', 'link',
      'media', 'video_link', 'transcript', 'audience_countries'] <> '{}'
    or jsonb_typeof(v_content -> 'caption') is distinct from 'string'
    or jsonb_typeof(v_content -> 'audience_countries') is distinct from 'array'
    or not coalesce(v_content ->> 'platform' = any (private.platforms()), false)
    or not coalesce(v_content ->> 'topic' = any (private.topics()), false) then
    perform private.refuse('PT400', 'content_invalid', 'The post needs a platform, a topic, a caption and a list of countries.');
  end if;
  v_format := coalesce(v_content ->> 'format', 'post');
  if not v_format = any (private.formats()) then
    perform private.refuse('PT400', 'content_invalid', 'There is no such format of a post.');
  end if;
  v_countries := array(select distinct upper(c) from jsonb_array_elements_text(v_content -> 'audience_countries') c order by 1);
  if cardinality(v_countries) > 60
    or exists (select 1 from unnest(v_countries) c where coalesce(c, '') !~ '^[A-Z]{2}$') then
    perform private.refuse('PT400', 'countries_invalid', 'Countries are two-letter codes, at most 60 of them.');
  end if;
  -- What a post does not have is left out, so that its hash stays the one it had before it could.
  return jsonb_strip_nulls(jsonb_build_object(
    'platform', v_content ->> 'platform',
    'format', nullif(v_format, 'post'),
    'topic', v_content ->> 'topic',
    'caption', coalesce(private.content_text(v_content, 'caption'), ''),
    'script', private.content_text(v_content, 'script'),
    'on_screen_text', private.content_text(v_content, 'on_screen_text'),
    'hashtags', private.content_hashtags(v_content),
    'link', private.content_line(v_content, 'link'),
    'media', private.content_media(v_content),
    'video_link', private.content_line(v_content, 'video_link'),
    'transcript', private.content_text(v_content, 'transcript'),
    'audience_countries', to_jsonb(v_countries)));
end
$$;
comment on function private.normalise_content is
  'Content is all that the public will see, plus the topic that decides who may approve it. Parts a post does not have are left out; unknown keys are refused, so nothing unhashed can creep in.';

create function private.normalise_context(p_context text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_context jsonb;
begin
  begin
    v_context := p_context::jsonb;
  exception when others then
    perform private.refuse('PT400', 'context_invalid', 'The context card could not be read.');
  end;
  if jsonb_typeof(v_context) <> 'object' or v_context - array['goal', 'audience', 'action'] <> '{}'
    or exists (select 1 from jsonb_each(v_context) c where jsonb_typeof(c.value) not in ('string', 'null')) then
    perform private.refuse('PT400', 'context_invalid', 'The context card could not be read.');
  end if;
  if exists (select 1 from jsonb_each_text(v_context) c where length(c.value) > 500) then
    perform private.refuse('PT400', 'text_too_long', 'Each line of the context card can have at most 500 characters.');
  end if;
  return coalesce((select jsonb_object_agg(c.key, private.one_line(c.value)) from jsonb_each_text(v_context) c
    where private.one_line(c.value) <> ''), '{}');
end
$$;
comment on function private.normalise_context is 'The context card: goal, audience, action; empty lines are left out.';

create function private.require_any_content(p_content jsonb)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if private.is_blank(p_content ->> 'caption') and private.is_blank(p_content ->> 'script')
    and private.is_blank(p_content ->> 'on_screen_text') and p_content -> 'media' is null then
    perform private.refuse('PT400', 'text_missing', 'There is no text yet. Write something first.');
  end if;
end
$$;
comment on function private.require_any_content is 'Refuses a version in which there is nothing.';

create function private.require_whole_content(p_draft uuid, p_content jsonb)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_long record;
begin
  select t.name, length(t.body) as characters into v_long
  from (values ('text', p_content ->> 'caption'), ('script', p_content ->> 'script'),
    ('text on the screen', p_content ->> 'on_screen_text'), ('transcript', p_content ->> 'transcript')) t (name, body)
  where length(t.body) > case when t.name in ('script', 'transcript') then 60000 else 20000 end limit 1;
  if v_long.name is not null then
    perform private.refuse('PT400', 'text_too_long', pg_catalog.format(
      'The %s has %s characters; %s is the most. It is saved; please shorten it and try again.', v_long.name,
      v_long.characters, case when v_long.name in ('script', 'transcript') then '60,000' else '20,000' end));
  end if;
  perform private.require_any_content(p_content);
  if not private.is_web_address(coalesce(p_content ->> 'link', 'https://example.org'))
    or not private.is_web_address(coalesce(p_content ->> 'video_link', 'https://example.org')) then
    perform private.refuse('PT400', 'url_invalid', 'A link of the post is not a full address that starts with https://.');
  end if;
  if p_content ->> 'video_link' is not null and private.is_blank(p_content ->> 'transcript') then
    perform private.refuse('PT400', 'transcript_missing',
      'Please add a transcript: a professional reads what is said, and so do people who cannot hear it.');
  end if;
  if exists (select 1 from jsonb_array_elements(coalesce(p_content -> 'media', '[]')) m
    where private.is_blank(m ->> 'alt')) then
    perform private.refuse('PT400', 'alt_missing',
      'Please describe each image in a sentence, for people who do not see it.');
  end if;
  if exists (select 1 from jsonb_array_elements(coalesce(p_content -> 'media', '[]')) m
    where not exists (select 1 from public.media i
      where i.draft_id = p_draft and i.id = (m ->> 'id')::uuid and i.sha256 = m ->> 'sha256')) then
    perform private.refuse('PT409', 'media_missing', 'An image of this post is not here any more. Please upload it again.');
  end if;
end
$$;
comment on function private.require_whole_content is
  'Refuses what a buffer may hold but a submitted version may not: no text at all, too much of it, half an address, an image without a description, a video without a transcript.';

-- Who sees what.

create function private.my_hidden_drafts()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(d.id), '{}')
  from public.memberships m
  join public.drafts d on d.workspace_id = m.workspace_id and d.professionals_only and d.author_id <> m.profile_id
  where m.profile_id = auth.uid() and m.suspended_at is null and not 'professional' = any (m.roles)
$$;
comment on function private.my_hidden_drafts is
  'Drafts of the caller''s workspaces that are for professionals only, and not for the caller.';
grant execute on function private.my_hidden_drafts() to authenticated;

alter policy "Authors read their drafts, members those submitted once" on public.drafts
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and (author_id = (select auth.uid())
      or first_submitted_at is not null and (not professionals_only
        or workspace_id = any ((select private.my_workspaces_as('professional'))::uuid[]))));

alter policy "Members read submitted versions, authors all of their draft's" on public.draft_versions
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[])
    and (submitted or exists (
      select 1 from public.drafts d
      where d.id = draft_versions.draft_id and d.author_id = (select auth.uid()))));

alter policy "Members read comments" on public.comments
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[]));

alter policy "Members read decisions" on public.decisions
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[]));

alter table public.media enable row level security;
create policy "Authors read their draft's images, members those submitted" on public.media
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[])
    and (first_submitted_at is not null or exists (
      select 1 from public.drafts d
      where d.id = media.draft_id and d.author_id = (select auth.uid()))));
grant select on public.media to authenticated;

create or replace function private.lock_draft(p_draft uuid)
returns public.drafts
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_uid();
  v_draft public.drafts;
begin
  select * into v_draft from public.drafts d
  where d.id = p_draft
    and (d.author_id = v_me or d.first_submitted_at is not null)
    and exists (select 1 from public.memberships m
      where m.workspace_id = d.workspace_id and m.profile_id = v_me and m.suspended_at is null
        -- Whoever may not see it does not wait for it either.
        and (d.author_id = v_me or not d.professionals_only or 'professional' = any (m.roles)))
  for update;
  -- The lock may have been waited for: whoever was suspended meanwhile is a stranger, and so is
  -- whoever the author has just shut out.
  if v_draft.id is null or not v_draft.workspace_id = any (private.my_workspaces())
    or v_draft.professionals_only and v_draft.author_id <> v_me
      and not v_draft.workspace_id = any (private.my_workspaces_as('professional')) then
    perform private.refuse('PT404', 'not_found', 'We could not find that draft. It may not be shared with you.');
  end if;
  return v_draft;
end
$$;

-- Writing.

-- squawk-ignore ban-drop-function
drop function public.create_draft(uuid, text, date, text);
create function public.create_draft(
  p_workspace uuid, p_title text, p_publish_by date, p_content text, p_context text default '{}',
  p_professionals_only boolean default false, p_copy_of uuid default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'influencer');
  v_title text := private.require_line(p_title, 140, 'a working title');
  v_content jsonb := private.normalise_content(p_content);
  v_context jsonb := private.normalise_context(coalesce(p_context, '{}'));
  v_publish_by date := private.require_day(p_publish_by);
  v_source public.drafts;
  v_draft uuid;
begin
  if (select count(*) from public.drafts d where d.workspace_id = p_workspace and d.author_id = v_me
      and d.created_at > now() - interval '1 day') >= 200 then
    perform private.refuse('PT429', 'too_many_drafts', 'That is 200 new drafts in one day. Please go on tomorrow.');
  end if;
  if p_copy_of is not null then
    v_source := private.lock_own_draft(p_copy_of);
  end if;
  insert into public.drafts (workspace_id, author_id, title, platform, format, topic, publish_by, context, professionals_only)
  values (p_workspace, v_me, v_title, v_content ->> 'platform', coalesce(v_content ->> 'format', 'post'),
    v_content ->> 'topic', v_publish_by, v_context, coalesce(p_professionals_only, false))
  returning id into v_draft;
  if v_source.workspace_id = p_workspace then
    v_content := private.copy_media(v_source.id, v_draft, v_content);
  end if;
  insert into public.draft_buffers (draft_id, workspace_id, author_id, content, content_hash)
  values (v_draft, p_workspace, v_me, v_content, private.content_hash(v_content));
  perform private.record_event(p_workspace, v_me, 'draft_created', v_draft, null, null);
  return jsonb_build_object('id', v_draft, 'revision', 1);
end
$$;
comment on function public.create_draft is
  'A new draft of the caller''s. p_copy_of: one of their own, whose images the content names and the new draft gets as well.';

create function private.copy_media(p_from uuid, p_to uuid, p_content jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.media (workspace_id, draft_id, sha256, path, content_type, width, height, byte_count, created_by)
  select i.workspace_id, p_to, i.sha256, i.path, i.content_type, i.width, i.height, i.byte_count, auth.uid()
  from public.media i
  where i.draft_id = p_from and i.sha256 in (
    select m ->> 'sha256' from jsonb_array_elements(coalesce(p_content -> 'media', '[]')) m)
  on conflict (draft_id, sha256) do nothing;
  if p_content -> 'media' is null then
    return p_content;
  end if;
  return jsonb_set(p_content, '{media}', (select jsonb_agg(
      jsonb_set(m.value, '{id}', to_jsonb(coalesce(i.id::text, m.value ->> 'id'))) order by m.ordinality)
    from jsonb_array_elements(p_content -> 'media') with ordinality m
    left join public.media i on i.draft_id = p_to and i.sha256 = m.value ->> 'sha256'));
end
$$;
comment on function private.copy_media is 'Gives a draft the images that the content names, and the content their new ids.';

-- squawk-ignore ban-drop-function
drop function public.save_buffer(uuid, bigint, text, date, text);
create function public.save_buffer(
  p_draft uuid, p_expected_revision bigint, p_title text, p_publish_by date, p_content text,
  p_context text default null, p_professionals_only boolean default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_own_draft(p_draft);
  v_title text := private.require_line(p_title, 140, 'a working title');
  v_content jsonb := private.normalise_content(p_content);
  v_hash text := private.content_hash(v_content);
  v_publish_by date := private.require_day(p_publish_by);
  v_context jsonb := case when p_context is not null then private.normalise_context(p_context) end;
  v_revision bigint;
  v_voided boolean;
begin
  if v_draft.state in ('published', 'declined', 'withdrawn') then
    perform private.refuse('PT409', 'draft_closed', pg_catalog.format(
      'This draft is %s and cannot be edited any more. Start a new one from it.', v_draft.state));
  end if;
  update public.draft_buffers b
  set content = v_content, content_hash = v_hash, revision = b.revision + 1, updated_at = now()
  where b.draft_id = p_draft and b.revision = p_expected_revision
  returning b.revision into v_revision;
  if v_revision is null then
    perform private.refuse('PT409', 'stale_revision',
      'This draft was changed in another window since you opened it here. Both texts are kept; choose which one to go on with.');
  end if;
  v_voided := v_draft.state = 'approved' and v_hash <> v_draft.approved_hash;
  update public.drafts d
  set title = v_title, publish_by = v_publish_by, updated_at = now(),
    context = coalesce(v_context, d.context),
    platform = case when d.submitted_version is null then v_content ->> 'platform' else d.platform end,
    format = case when d.submitted_version is null then coalesce(v_content ->> 'format', 'post') else d.format end,
    topic = case when d.submitted_version is null then v_content ->> 'topic' else d.topic end
  where d.id = p_draft;
  if p_professionals_only <> v_draft.professionals_only then
    perform private.change_audience(p_draft, p_professionals_only);
  end if;
  if v_voided then
    perform private.void_approval(v_draft, 'edited');
  end if;
  return jsonb_build_object('revision', v_revision, 'content_hash', v_hash, 'voided', v_voided,
    'state', case when v_voided then 'drafting' else v_draft.state end, 'saved_at', now());
end
$$;
comment on function public.save_buffer is
  'Keeps the post being written. An approved draft whose content hash changes loses its approval in the same transaction. Context card and audience stay as they are where null.';

create function private.change_audience(p_draft uuid, p_professionals_only boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts;
begin
  -- Open rooms look again, and those of people who are shut out find nothing there.
  update public.drafts d
  set professionals_only = p_professionals_only, change_number = d.change_number + 1
  where d.id = p_draft returning * into v_draft;
  if p_professionals_only then
    -- Whoever cannot see it has not got it any more.
    update public.review_requests r set closed_at = now(), outcome = 'taken_back'
    where r.draft_id = p_draft and r.closed_at is null and not r.assignee_id = any (private.readers_of(v_draft));
  end if;
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'audience_changed', p_draft, null,
    jsonb_build_object('professionals_only', p_professionals_only));
end
$$;
comment on function private.change_audience is 'Shows a locked draft to professionals alone, or to all members.';

create or replace function private.cut_version(p_draft public.drafts, p_expected_revision bigint, p_note text, p_submitted boolean)
returns public.draft_versions
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_buffer public.draft_buffers;
  v_version public.draft_versions;
  v_note text := coalesce(btrim(private.clean_text(p_note)), '');
begin
  select * into v_buffer from public.draft_buffers b where b.draft_id = p_draft.id;
  if v_buffer.revision is distinct from p_expected_revision then
    perform private.refuse('PT409', 'stale_revision',
      'This draft was changed in another window since you opened it here. Both texts are kept; choose which one to go on with.');
  end if;
  perform private.require_any_content(v_buffer.content);
  if p_submitted then
    perform private.require_whole_content(p_draft.id, v_buffer.content);
    update public.media i set first_submitted_at = now()
    where i.draft_id = p_draft.id and i.first_submitted_at is null and i.id in (
      select (m ->> 'id')::uuid from jsonb_array_elements(coalesce(v_buffer.content -> 'media', '[]')) m);
  end if;
  if length(v_note) > 500 then
    perform private.refuse('PT400', 'text_too_long', 'A note can have at most 500 characters.');
  end if;
  return private.add_version(p_draft, v_buffer.content, v_note, p_submitted, false);
end
$$;

alter table public.draft_versions add column proposed boolean not null default false;
comment on column public.draft_versions.proposed is
  'True: a professional''s edit of the version in review, offered to the author. Approved once the author accepts exactly it.';

create function private.add_version(
  p_draft public.drafts, p_content jsonb, p_note text, p_submitted boolean, p_proposed boolean
)
returns public.draft_versions
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_version public.draft_versions;
begin
  if p_draft.version_count >= 500 then
    perform private.refuse('PT409', 'too_many_versions', 'This draft has 500 versions. Start a new one from it.');
  end if;
  insert into public.draft_versions (workspace_id, draft_id, number, content, content_hash, submitted, note, created_by, proposed)
  values (p_draft.workspace_id, p_draft.id, p_draft.version_count + 1, p_content, private.content_hash(p_content),
    p_submitted, p_note, auth.uid(), p_proposed)
  returning * into v_version;
  update public.drafts d set version_count = v_version.number, updated_at = now() where d.id = p_draft.id;
  return v_version;
end
$$;
comment on function private.add_version is 'The next version of a locked draft.';

-- The bytes were seen by the app, which the database cannot do.
create function public.server_add_media(
  p_profile uuid, p_draft uuid, p_sha256 text, p_path text, p_content_type text, p_width integer, p_height integer,
  p_byte_count integer
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts;
  v_media uuid;
begin
  select * into v_draft from public.drafts d
  where d.id = p_draft and d.author_id = p_profile and exists (select 1 from public.memberships m
    where m.workspace_id = d.workspace_id and m.profile_id = p_profile and m.suspended_at is null)
  for update;
  if v_draft.id is null then
    perform private.refuse('PT404', 'not_found', 'We could not find that draft. It may not be shared with you.');
  end if;
  if v_draft.state in ('published', 'declined', 'withdrawn') then
    perform private.refuse('PT409', 'draft_closed', 'This draft is closed. Start a new one from it.');
  end if;
  select i.id into v_media from public.media i where i.draft_id = p_draft and i.sha256 = p_sha256;
  if v_media is not null then
    return v_media;
  end if;
  if (select count(*) from public.media i where i.workspace_id = v_draft.workspace_id and i.draft_id = p_draft) >= 100 then
    perform private.refuse('PT409', 'too_many_images', 'This draft has had 100 images. Please go on in a new draft.');
  end if;
  insert into public.media (workspace_id, draft_id, sha256, path, content_type, width, height, byte_count, created_by)
  values (v_draft.workspace_id, p_draft, p_sha256, p_path, p_content_type, p_width, p_height, p_byte_count, p_profile)
  returning id into v_media;
  return v_media;
end
$$;
comment on function public.server_add_media is
  'Records an image of a draft that the app encoded and stored on behalf of its author; the same image twice is one.';

grant execute on function
  public.create_draft(uuid, text, date, text, text, boolean, uuid),
  public.save_buffer(uuid, bigint, text, date, text, text, boolean)
to authenticated;
grant execute on function
  public.server_add_media(uuid, uuid, text, text, text, integer, integer, integer)
to service_role;
