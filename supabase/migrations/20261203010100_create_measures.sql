-- Purpose: what posts did: accounts on platforms, their posts, the figures of each at the time of each import.
-- Touches: accounts, posts, imports, import_rows, post_snapshots (new); post_links (a computed column).
-- Locks: post_links is rewritten. Undo: drop the tables, the column and the functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- Without a search_path of its own, so that PostgreSQL can put it into the statement that calls it:
-- an import computes it a hundred thousand times. Everything it calls is in pg_catalog.
create function private.post_key(p_platform text, p_url text)
returns text
language sql
immutable
as $$
  select case
    when p_url is null or length(p_url) > 600 then null
    else coalesce(
      p_platform || ':' || case p_platform
        when 'instagram' then coalesce(
          'shortcode:' || substring(p_url from '(?:^|[./])instagram\.com/(?:[[:alnum:]_.]+/)?(?:p|reels?|tv)/([A-Za-z0-9_-]{5,40})'),
          'story:' || substring(p_url from '(?:^|[./])instagram\.com/stories/[[:alnum:]_.]+/([0-9]{5,20})'))
        when 'tiktok' then substring(p_url from '(?:^|[./])tiktok\.com/@[[:alnum:]_.-]{0,40}/(?:video|photo)/([0-9]{15,20})(?![0-9])')
        when 'youtube' then substring(p_url from
          '(?:^|[./])(?:youtu\.be/|youtube\.com/(?:watch\?(?:.*&)?v=|shorts/|live/))([A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])')
        when 'x' then substring(p_url from
          '(?:^|[./])(?:x|twitter)\.com/(?:i/web|[[:alnum:]_]{1,20})/status(?:es)?/([0-9]{5,20})(?![0-9])')
        when 'facebook' then substring(p_url from '(?:^|[./])(?:facebook|fb)\.com/(?:.*[/?&])?'
          '(?:posts/(?:[^/?#]+/)?|reel/|videos/(?:[^/?#]+/)?|photos/(?:[^/?#]+/)?|story_fbid=|fbid=|v=)'
          '(pfbid[A-Za-z0-9]{10,100}|[0-9]{5,20})(?![A-Za-z0-9])')
        when 'linkedin' then 'urn:li:' || coalesce(
          replace(substring(replace(replace(p_url, '%3A', ':'), '%3a', ':')
            from 'urn:li:((?:activity|share|ugcPost):[0-9]{10,20})(?![0-9])'), ' ', ''),
          replace(substring(p_url from '[-_]((?:activity|share|ugcPost)-[0-9]{10,20})(?![0-9])'), '-', ':'))
      end,
      -- No post of the platform stands in it: the address itself, without what does not tell posts apart.
      p_platform || ':' || nullif(rtrim(regexp_replace(regexp_replace(split_part(p_url, '#', 1),
        '(utm_[a-z]+|igsh|igshid|fbclid|gclid)=[^&]*&?', '', 'gi'), '^https?://(www\.|m\.)?', '', 'i'), '/?&'), ''))
  end
$$;
comment on function private.post_key is
  'Which post an address leads to: the platform and its id of it, as the reader of exports has them; else the address without scheme, www, tracking and fragment.';

-- Small: an address a platform of a published draft.
-- squawk-ignore adding-field-with-default
alter table public.post_links add column post_key text generated always as (private.post_key(platform, url)) stored;
create index post_links_key_idx on public.post_links (workspace_id, post_key);
comment on column public.post_links.post_key is 'By which posts of an export are found.';

create table public.accounts (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  platform text not null check (platform = any (private.platforms())),
  name text not null check (length(name) between 1 and 80),
  owner_id uuid,
  time_zone text check (length(time_zone) between 1 and 64),
  revision integer not null default 1,
  closed_at timestamptz,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  unique (workspace_id, id),
  foreign key (workspace_id, owner_id) references public.memberships (workspace_id, profile_id),
  foreign key (workspace_id, created_by) references public.memberships (workspace_id, profile_id)
);
create unique index accounts_name_idx on public.accounts (workspace_id, platform, lower(name)) where closed_at is null;
create index accounts_owner_idx on public.accounts (workspace_id, owner_id);
create index accounts_created_by_idx on public.accounts (workspace_id, created_by);
comment on table public.accounts is
  'Accounts on platforms whose figures are kept. Their owner brings figures, and coordinators do.';
comment on column public.accounts.name is 'As the platform shows it, without an @.';
comment on column public.accounts.owner_id is 'Whose it is; null: the organisation''s own.';
comment on column public.accounts.time_zone is 'IANA name, where its files name none; null: what the platform is known to use.';
comment on column public.accounts.closed_at is 'Set: no more figures come; those that are here stay.';

create function private.my_accounts()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(a.id), '{}')
  from public.accounts a
  where a.owner_id = auth.uid() and a.workspace_id = any (private.my_workspaces())
$$;
comment on function private.my_accounts is 'Accounts that are the caller''s own, in workspaces where they are not suspended.';
grant execute on function private.my_accounts() to authenticated;

create table public.imports (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  workspace_id uuid not null,
  account_id uuid not null,
  state text not null default 'staging' check (state in ('staging', 'applied', 'undone')),
  source text not null check (source in ('file', 'typed')),
  imported_by uuid not null,
  imported_at timestamptz not null default now(),
  file_name text check (length(file_name) between 1 and 200),
  file_hash text check (file_hash ~ '^[0-9a-f]{64}$'),
  basis text not null check (basis in ('lifetime', 'period')),
  captured_on date not null check (captured_on between '2000-01-01' and '2100-12-31'),
  period_start date check (period_start between '2000-01-01' and '2100-12-31'),
  time_zone text check (length(time_zone) between 1 and 64),
  zone_source text check (zone_source in ('file', 'id', 'account setting', 'assumed')),
  layout text not null default '' check (length(layout) <= 64),
  corrections jsonb not null default '{}' check (jsonb_typeof(corrections) = 'object' and length(corrections::text) <= 20000),
  row_count integer check (row_count between 0 and 1000000),
  added integer,
  rejected_count integer not null default 0 check (rejected_count >= 0),
  rejected jsonb not null default '[]' check (jsonb_typeof(rejected) = 'array' and length(rejected::text) <= 60000),
  undone_at timestamptz,
  undone_by uuid,
  unique (workspace_id, id),
  foreign key (workspace_id, account_id) references public.accounts (workspace_id, id),
  foreign key (workspace_id, imported_by) references public.memberships (workspace_id, profile_id),
  foreign key (workspace_id, undone_by) references public.memberships (workspace_id, profile_id),
  check ((source = 'file') = (file_hash is not null)),
  check ((source = 'file') = (file_name is not null)),
  check ((basis = 'period') = (period_start is not null)),
  check (period_start <= captured_on),
  check ((state = 'undone') = (undone_at is not null)),
  check ((state = 'undone') = (undone_by is not null)),
  check ((state = 'staging') = (added is null))
);
create unique index imports_file_idx on public.imports (workspace_id, account_id, file_hash) where state = 'applied';
create index imports_latest_idx on public.imports (workspace_id, seq desc) where state <> 'staging';
create index imports_account_idx on public.imports (workspace_id, account_id, captured_on desc);
create index imports_imported_by_idx on public.imports (workspace_id, imported_by);
create index imports_undone_by_idx on public.imports (workspace_id, undone_by) where undone_by is not null;
comment on table public.imports is
  'Where figures come from: a file, or figures that somebody typed. Taken back, its figures are gone and this row says so.';
comment on column public.imports.file_hash is 'SHA-256 of the file.';
comment on column public.imports.basis is
  'lifetime: all that a post did until captured_on. period: what it did from period_start to captured_on.';
comment on column public.imports.captured_on is 'The last day that the figures cover.';
comment on column public.imports.layout is 'Of the file''s columns, so that corrections can be offered again.';
comment on column public.imports.rejected is 'Lines that were not taken, with their reasons; the first 500.';
comment on column public.imports.added is 'Posts that were new.';

create table public.posts (
  id uuid not null default gen_random_uuid(),
  workspace_id uuid not null,
  account_id uuid not null,
  platform text not null,
  external_id text not null check (length(external_id) between 1 and 120),
  address_key text check (length(address_key) <= 640),
  published_on date,
  import_id uuid not null,
  impressions bigint,
  reach bigint,
  views bigint,
  likes bigint,
  comments bigint,
  shares bigint,
  saves bigint,
  link_clicks bigint,
  profile_visits bigint,
  follows bigint,
  watch_time_seconds numeric,
  video_completions bigint,
  draft_id uuid,
  matched_by text check (matched_by in ('address', 'person')),
  matcher_id uuid,
  matched_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, account_id, external_id),
  -- import_id is one of its snapshots', which need no foreign key either.
  foreign key (workspace_id, account_id) references public.accounts (workspace_id, id),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id),
  foreign key (workspace_id, matcher_id) references public.memberships (workspace_id, profile_id),
  check ((matched_by is null) = (matched_at is null)),
  check ((matched_by is not distinct from 'person') = (matcher_id is not null)),
  check (draft_id is null or matched_by is not null)
);
create index posts_address_idx on public.posts (workspace_id, address_key) where address_key is not null;
create index posts_published_idx on public.posts (workspace_id, published_on desc, id);
create index posts_import_idx on public.posts (workspace_id, import_id);
create index posts_draft_idx on public.posts (workspace_id, draft_id) where draft_id is not null;
create index posts_matcher_idx on public.posts (workspace_id, matcher_id) where matcher_id is not null;
comment on table public.posts is
  'Posts that figures are known of, each with the figures in force: those of import_id.';
comment on column public.posts.external_id is 'The platform''s id; where only an address is known, what that says.';
comment on column public.posts.address_key is 'private.post_key of its address; null where that says no more than the id.';
comment on column public.posts.published_on is 'In the zone of its import.';
comment on column public.posts.reach is 'People: never added up.';
comment on column public.posts.draft_id is 'The draft that it was; null with matched_by: somebody said that it was none.';

-- Without a log of changes: what a crash leaves behind is taken for incomplete anyway.
create unlogged table public.import_rows (
  import_id uuid not null references public.imports (id) on delete cascade,
  line integer not null check (line between 1 and 20000000),
  chunk integer not null,
  external_id text not null check (length(external_id) between 1 and 120),
  permalink text check (length(permalink) between 1 and 600),
  caption text check (length(caption) <= 20000),
  post_type text check (length(post_type) <= 100),
  -- As the file says: its zone is the import's.
  -- squawk-ignore prefer-timestamp-tz
  published_local timestamp check (published_local between '2000-01-01' and '2100-12-31'),
  published_at timestamptz,
  impressions bigint,
  reach bigint,
  views bigint,
  likes bigint,
  comments bigint,
  shares bigint,
  saves bigint,
  link_clicks bigint,
  profile_visits bigint,
  follows bigint,
  watch_time_seconds numeric check (abs(watch_time_seconds) < 1e15),
  video_completions bigint,
  approximate text[],
  raw jsonb check (length(raw::text) <= 8000),
  primary key (import_id, line)
);
comment on table public.import_rows is 'Rows of a file on their way in, until one function applies them all.';

create table public.post_snapshots (
  workspace_id uuid not null,
  post_id uuid not null,
  import_id uuid not null,
  line integer not null,
  external_id text not null,
  address_key text,
  permalink text,
  caption text,
  post_type text,
  -- squawk-ignore prefer-timestamp-tz
  published_local timestamp,
  published_at timestamptz,
  impressions bigint,
  reach bigint,
  views bigint,
  likes bigint,
  comments bigint,
  shares bigint,
  saves bigint,
  link_clicks bigint,
  profile_visits bigint,
  follows bigint,
  watch_time_seconds numeric,
  video_completions bigint,
  approximate text[],
  raw jsonb,
  -- Its import needs no foreign key: imports that were applied are never deleted, and one check
  -- for each of a hundred thousand rows would take as long as writing them.
  primary key (workspace_id, post_id, import_id),
  foreign key (workspace_id, post_id) references public.posts (workspace_id, id) on delete cascade
);
create index post_snapshots_import_idx on public.post_snapshots (workspace_id, import_id);
comment on table public.post_snapshots is
  'What an import said of a post. Two of one post are never added: each says all that the post did, or did in a period.';
comment on column public.post_snapshots.line is 'Of the file, on which it starts; in a spreadsheet the sheet''s row.';
comment on column public.post_snapshots.published_local is 'As the file says, in the zone of its import.';
comment on column public.post_snapshots.approximate is 'Figures that stood there in a short form, such as 1.2K.';
comment on column public.post_snapshots.raw is 'Its other columns, by header.';

alter table public.accounts enable row level security;
alter table public.imports enable row level security;
alter table public.posts enable row level security;
alter table public.import_rows enable row level security;
alter table public.post_snapshots enable row level security;

create policy "Owners, professionals and coordinators read accounts" on public.accounts
  for select to authenticated
  using (id = any ((select private.my_accounts())::uuid[])
    or workspace_id = any ((select private.my_workspaces_as('professional'))::uuid[])
    or workspace_id = any ((select private.my_workspaces_as('coordinator'))::uuid[]));
create policy "Owners, professionals and coordinators read imports" on public.imports
  for select to authenticated
  using (account_id = any ((select private.my_accounts())::uuid[])
    or workspace_id = any ((select private.my_workspaces_as('professional'))::uuid[])
    or workspace_id = any ((select private.my_workspaces_as('coordinator'))::uuid[]));
create policy "Owners, professionals and coordinators read posts" on public.posts
  for select to authenticated
  using (account_id = any ((select private.my_accounts())::uuid[])
    or workspace_id = any ((select private.my_workspaces_as('professional'))::uuid[])
    or workspace_id = any ((select private.my_workspaces_as('coordinator'))::uuid[]));
create policy "Whoever reads a post reads its snapshots" on public.post_snapshots
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces_as('professional'))::uuid[])
    or workspace_id = any ((select private.my_workspaces_as('coordinator'))::uuid[])
    or exists (select 1 from public.posts p
      where p.workspace_id = post_snapshots.workspace_id and p.id = post_snapshots.post_id
        and p.account_id = any ((select private.my_accounts())::uuid[])));
grant select on public.accounts, public.imports, public.posts, public.post_snapshots to authenticated;
