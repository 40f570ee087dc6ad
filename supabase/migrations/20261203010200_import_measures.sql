-- Purpose: accounts, and figures from files and by hand: in chunks, then all at once, and back again.
-- Touches: functions only. Undo: drop the functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.require_account(p_workspace uuid, p_account uuid)
returns public.accounts
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'influencer', 'coordinator');
  v_account public.accounts;
begin
  -- Whoever writes an account's figures holds it, so that two imports follow each other.
  select * into v_account from public.accounts a where a.workspace_id = p_workspace and a.id = p_account for no key update;
  if v_account.id is null then
    perform private.refuse('PT404', 'not_found', 'We could not find that account.');
  end if;
  if v_account.owner_id is distinct from v_me then
    perform private.require_role(p_workspace, 'coordinator');
  end if;
  return v_account;
end
$$;
comment on function private.require_account is 'An account of the workspace, locked, for its owner or a coordinator.';

create function private.account_of(
  p_workspace uuid, p_platform text, p_name text, p_owner uuid, p_time_zone text, p_except uuid
)
returns public.accounts
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'influencer', 'coordinator');
  v_account public.accounts;
begin
  v_account.platform := p_platform;
  v_account.name := private.require_line(ltrim(private.one_line(p_name), '@'), 80, 'the account''s name');
  v_account.owner_id := p_owner;
  v_account.time_zone := nullif(btrim(p_time_zone), '');
  if not coalesce(p_platform = any (private.platforms()), false) then
    perform private.refuse('PT400', 'platform_unknown', 'Choose a platform from the list.');
  end if;
  if v_account.time_zone is not null and not private.is_time_zone(v_account.time_zone) then
    perform private.refuse('PT400', 'time_zone_unknown', 'That time zone is not known. Choose one from the list.');
  end if;
  if p_owner is distinct from v_me then
    perform private.require_role(p_workspace, 'coordinator');
    if p_owner is not null and not exists (select 1 from public.memberships m
        where m.workspace_id = p_workspace and m.profile_id = p_owner and 'influencer' = any (m.roles)) then
      perform private.refuse('PT400', 'owner_invalid', 'Choose an influencer of this workspace.');
    end if;
  end if;
  -- One at a time, or two could both find a name free, or room for the last one.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('accounts ' || p_workspace::text, 0));
  if exists (select 1 from public.accounts a where a.workspace_id = p_workspace and a.platform = p_platform
      and lower(a.name) = lower(v_account.name) and a.closed_at is null and a.id is distinct from p_except) then
    perform private.refuse('PT409', 'name_taken', 'This account is here already.');
  end if;
  if (select count(*) from public.accounts a where a.workspace_id = p_workspace and a.closed_at is null
      and a.id is distinct from p_except) >= 500 then
    perform private.refuse('PT409', 'too_many_accounts', 'You have 500 accounts. Close one that is not used any more.');
  end if;
  return v_account;
end
$$;
comment on function private.account_of is 'What somebody wrote of an account, as it is kept, if they may have it so.';

create function public.add_account(
  p_workspace uuid, p_platform text, p_name text, p_owner uuid default null, p_time_zone text default null
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_new public.accounts := private.account_of(p_workspace, p_platform, p_name, p_owner, p_time_zone, null);
  v_id uuid;
begin
  insert into public.accounts (workspace_id, platform, name, owner_id, time_zone, created_by)
  values (p_workspace, v_new.platform, v_new.name, v_new.owner_id, v_new.time_zone, auth.uid())
  returning id into v_id;
  perform private.record_event(p_workspace, auth.uid(), 'account_added', null, v_id, jsonb_build_object('platform', v_new.platform));
  return v_id;
end
$$;
comment on function public.add_account is
  'An account of one''s own; for coordinators also another influencer''s, or (p_owner null) the organisation''s. Its id.';

create function public.change_account(
  p_workspace uuid, p_account uuid, p_revision integer, p_name text, p_owner uuid default null,
  p_time_zone text default null, p_closed boolean default false
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_old public.accounts := private.require_account(p_workspace, p_account);
  v_new public.accounts := private.account_of(p_workspace, v_old.platform, p_name, p_owner, p_time_zone, p_account);
begin
  if v_old.revision is distinct from p_revision then
    perform private.refuse('PT409', 'stale_account', 'Somebody changed this account meanwhile. Look at it again before you change it.');
  end if;
  update public.accounts a
  set name = v_new.name, owner_id = v_new.owner_id, time_zone = v_new.time_zone, revision = a.revision + 1,
    closed_at = case when p_closed then coalesce(a.closed_at, now()) end
  where a.id = p_account;
  perform private.record_event(p_workspace, auth.uid(), 'account_changed', null, p_account, null);
end
$$;
comment on function public.change_account is
  'An account anew, by its owner or a coordinator, who alone gives it to somebody else. p_closed: no more figures come. p_revision: of what the caller looked at.';

create function private.read_object(p_text text, p_what text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_object jsonb;
begin
  begin
    v_object := coalesce(p_text, '{}')::jsonb;
  exception when others then
    v_object := null;
  end;
  if jsonb_typeof(v_object) is distinct from 'object' then
    perform private.refuse('PT400', p_what || '_invalid', 'This could not be read. Nothing was saved.');
  end if;
  return v_object;
end
$$;
comment on function private.read_object is 'A JSON object out of a text. p_what: names it in the refusal''s detail.';

create function public.begin_import(p_workspace uuid, p_account uuid, p_file text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_account public.accounts := private.require_account(p_workspace, p_account);
  v_file jsonb := private.read_object(p_file, 'file');
  v_id uuid;
begin
  if v_account.closed_at is not null then
    perform private.refuse('PT409', 'account_closed', 'This account is closed. Open it again to bring figures in.');
  end if;
  if exists (select 1 from public.imports i where i.workspace_id = p_workspace and i.account_id = p_account
      and i.state = 'applied' and i.file_hash = v_file ->> 'hash') then
    perform private.refuse('PT409', 'already_imported',
      'The figures of this file are here already. To read it another way, take that import back first.');
  end if;
  -- What was left lying, whoever left it.
  delete from public.imports i where i.workspace_id = p_workspace and i.state = 'staging' and i.imported_at < now() - interval '1 day';
  if (select count(*) from public.imports i where i.workspace_id = p_workspace and i.imported_by = auth.uid() and i.state = 'staging') >= 20 then
    perform private.refuse('PT429', 'too_many_imports', 'Twenty imports of yours were begun and not finished today. Try again tomorrow.');
  end if;
  begin
    insert into public.imports as i (workspace_id, account_id, source, imported_by, file_name, file_hash, basis, captured_on,
      period_start, time_zone, zone_source, layout, corrections, row_count, rejected_count, rejected)
    values (p_workspace, p_account, 'file', auth.uid(), private.require_line(left(v_file ->> 'name', 200), 200, 'the file''s name'),
      v_file ->> 'hash', v_file ->> 'basis', (v_file ->> 'captured_on')::date, (v_file ->> 'period_start')::date,
      v_file ->> 'time_zone', v_file ->> 'zone_source', coalesce(v_file ->> 'layout', ''), coalesce(v_file -> 'corrections', '{}'),
      (v_file ->> 'rows')::integer, (v_file ->> 'rejected_count')::integer, coalesce(v_file -> 'rejected', '[]'))
    returning i.id into v_id;
  exception when data_exception or integrity_constraint_violation then
    perform private.refuse('PT400', 'file_invalid', 'What the file covers does not fit together: choose its days again. Nothing was saved.');
  end;
  return v_id;
end
$$;
comment on function public.begin_import is
  'Begins to take a file in for an account, by its owner or a coordinator. p_file: name, hash, basis, captured_on, period_start, time_zone, zone_source, layout, corrections, rows, rejected_count, rejected. The import''s id.';

create function private.find_staging(p_import uuid)
returns public.imports
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_import public.imports;
begin
  perform private.require_uid();
  select * into v_import from public.imports i
  where i.id = p_import and i.imported_by = auth.uid() and i.state = 'staging' for key share;
  if v_import.id is null then
    perform private.refuse('PT404', 'not_found', 'That import is not under way. Nothing was saved; choose the file again.');
  end if;
  return v_import;
end
$$;
comment on function private.find_staging is
  'An import that the caller has begun. Held so that it stays, but not against other parts of it: they come side by side.';

create function private.keep_rows(p_import uuid, p_chunk integer, p_rows text)
returns void
language sql
security definer
set search_path = ''
as $$
  -- Columns side by side: PostgreSQL reads an array faster than as many JSON objects.
  insert into public.import_rows (import_id, chunk, line, external_id, permalink, caption, post_type, published_local,
    published_at, impressions, reach, views, likes, comments, shares, saves, link_clicks, profile_visits, follows,
    watch_time_seconds, video_completions, approximate, raw)
  select p_import, p_chunk, r.line, r.external_id, r.permalink, r.caption, r.post_type, r.published_local,
    r.published_at, r.impressions, r.reach, r.views, r.likes, r.comments, r.shares, r.saves, r.link_clicks,
    r.profile_visits, r.follows, r.watch_time_seconds, r.video_completions, r.approximate::text[], r.raw
  from pg_catalog.json_to_record(p_rows::json) as c (
    line integer[], external_id text[], permalink text[], caption text[], post_type text[],
    published_local timestamp[], published_at timestamptz[], impressions bigint[], reach bigint[], views bigint[],
    likes bigint[], comments bigint[], shares bigint[], saves bigint[], link_clicks bigint[],
    profile_visits bigint[], follows bigint[], watch_time_seconds numeric[], video_completions bigint[],
    approximate text[], raw jsonb[]),
  unnest(
    c.line, c.external_id, c.permalink, c.caption, c.post_type, c.published_local, c.published_at, c.impressions,
    c.reach, c.views, c.likes, c.comments, c.shares, c.saves, c.link_clicks, c.profile_visits, c.follows,
    c.watch_time_seconds, c.video_completions, c.approximate, c.raw) as r (
    line, external_id, permalink, caption, post_type, published_local, published_at, impressions, reach, views,
    likes, comments, shares, saves, link_clicks, profile_visits, follows, watch_time_seconds, video_completions,
    approximate, raw)
$$;
comment on function private.keep_rows is
  'Rows of a part: a JSON object with an array of each column of import_rows, as PostgreSQL writes arrays; columns that are not there are null.';

create function public.stage_rows(p_import uuid, p_chunk integer, p_rows text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_import public.imports := private.find_staging(p_import);
begin
  if coalesce(p_chunk, 0) not between 1 and 2000 or coalesce(length(p_rows), 0) not between 2 and 4000000 then
    perform private.refuse('PT400', 'chunk_invalid', 'A part of the file was too large. Nothing was saved.');
  end if;
  -- Sent again, because its answer was lost.
  if exists (select 1 from public.import_rows r where r.import_id = p_import and r.chunk = p_chunk) then
    return;
  end if;
  begin
    perform private.keep_rows(v_import.id, p_chunk, p_rows);
    if (select count(*) from public.import_rows r where r.import_id = p_import) > v_import.row_count then
      perform private.refuse('PT400', 'rows_invalid', 'More rows came than the file has. Nothing was saved.');
    end if;
  exception when data_exception or integrity_constraint_violation then
    perform private.refuse('PT400', 'rows_invalid', 'A part of the file could not be kept. Nothing was saved.');
  end;
end
$$;
comment on function public.stage_rows is
  'Rows of a begun import: see private.keep_rows. The same chunk again changes nothing.';

create function private.settle_posts(p_workspace uuid, p_posts uuid[])
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_changed integer;
begin
  -- In force is what covers the post's whole life, as late as possible; else the last period.
  update public.posts p
  set import_id = b.import_id, published_on = b.published_local::date, impressions = b.impressions, reach = b.reach, views = b.views,
    likes = b.likes, comments = b.comments, shares = b.shares, saves = b.saves, link_clicks = b.link_clicks,
    profile_visits = b.profile_visits, follows = b.follows, watch_time_seconds = b.watch_time_seconds,
    video_completions = b.video_completions, address_key = coalesce(b.address_key, b.other_key),
    external_id = case when b.external_id = p.external_id or exists (select 1 from public.posts o
        where o.workspace_id = p.workspace_id and o.account_id = p.account_id and o.external_id = b.external_id)
      then p.external_id else b.external_id end
  from (
    select distinct on (s.post_id) s.*, max(s.address_key) over (partition by s.post_id) as other_key
    from unnest(p_posts) t (id)
    join public.post_snapshots s on s.workspace_id = p_workspace and s.post_id = t.id
    join public.imports i on i.workspace_id = p_workspace and i.id = s.import_id
    order by s.post_id, (i.basis = 'lifetime' or i.period_start <= s.published_local::date) is true desc, i.captured_on desc, i.seq desc
  ) b
  where p.workspace_id = p_workspace and p.id = b.post_id and p.import_id <> b.import_id;
  get diagnostics v_changed = row_count;
  return v_changed;
end
$$;
comment on function private.settle_posts is
  'The figures in force of these posts, from the snapshots there are: how many changed. One rule for imports and for taking them back.';

create function private.match_posts(p_workspace uuid, p_posts uuid[])
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_matched integer;
begin
  update public.posts p
  set draft_id = k.draft_id, matched_by = 'address', matched_at = now()
  from public.post_links k
  where p.workspace_id = p_workspace and p.id = any (p_posts) and p.matched_by is null
    and k.workspace_id = p_workspace and k.platform = p.platform
    and k.post_key in (p.platform || ':' || p.external_id, p.address_key);
  get diagnostics v_matched = row_count;
  return v_matched;
end
$$;
comment on function private.match_posts is
  'Finds the drafts of these posts by the addresses that were recorded when they were published. What a person said stays.';

create function private.apply_rows(p_import public.imports)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_platform text := (select a.platform from public.accounts a where a.id = p_import.account_id);
  v_posts uuid[];
  v_known uuid[];
  v_added integer;
  v_changed integer;
  v_matched integer;
begin
  with resolved as materialized (
    select k.*, coalesce(i.id, a.id) as known_id, coalesce(i.id, a.id, gen_random_uuid()) as post_id
    from (
      select r.*, case when strpos(r.permalink, r.external_id) > 0 then null else private.post_key(v_platform, r.permalink) end as address_key
      from public.import_rows r where r.import_id = p_import.id offset 0) k
    left join public.posts i on i.workspace_id = p_import.workspace_id and i.account_id = p_import.account_id
      and i.external_id = k.external_id
    left join lateral (
      select p.id from public.posts p
      where p.workspace_id = p_import.workspace_id and p.address_key = k.address_key and p.account_id = p_import.account_id
      order by p.id limit 1) a on i.id is null and k.address_key is not null
  ), added as (
    insert into public.posts (id, workspace_id, account_id, platform, external_id, address_key, published_on, import_id,
      impressions, reach, views, likes, comments, shares, saves, link_clicks, profile_visits, follows, watch_time_seconds, video_completions)
    select r.post_id, p_import.workspace_id, p_import.account_id, v_platform, r.external_id, r.address_key,
      r.published_local::date, p_import.id, r.impressions, r.reach, r.views, r.likes, r.comments, r.shares, r.saves, r.link_clicks,
      r.profile_visits, r.follows, r.watch_time_seconds, r.video_completions
    from resolved r where r.known_id is null
    returning id
  ), kept as (
    -- Two rows may be of one post, one by its id and one by its address: the later row counts.
    insert into public.post_snapshots (workspace_id, post_id, import_id, line, external_id, address_key, permalink, caption, post_type,
      published_local, published_at, impressions, reach, views, likes, comments, shares, saves, link_clicks, profile_visits, follows,
      watch_time_seconds, video_completions, approximate, raw)
    select p_import.workspace_id, r.post_id, p_import.id, r.line, r.external_id, r.address_key, r.permalink, r.caption, r.post_type,
      r.published_local, r.published_at, r.impressions, r.reach, r.views, r.likes, r.comments, r.shares, r.saves, r.link_clicks,
      r.profile_visits, r.follows, r.watch_time_seconds, r.video_completions, r.approximate, r.raw
    from resolved r order by r.line desc
    on conflict do nothing
    returning post_id
  )
  select (select array_agg(post_id) from kept), (select array_agg(known_id) from resolved where known_id is not null),
    (select count(*) from added)
  into v_posts, v_known, v_added;
  delete from public.import_rows r where r.import_id = p_import.id;
  update public.imports i set state = 'applied', added = v_added, imported_at = now() where i.id = p_import.id;
  v_changed := private.settle_posts(p_import.workspace_id, v_known);
  v_matched := private.match_posts(p_import.workspace_id, v_posts);
  return jsonb_build_object('id', p_import.id, 'posts', cardinality(v_posts), 'added', v_added, 'changed', v_changed,
    'matched', v_matched);
end
$$;
comment on function private.apply_rows is
  'Makes posts and snapshots of the rows of an import. posts: all of them; added: new ones; changed: others whose figures in force are now these; matched: drafts found.';

create function public.apply_import(p_import uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
set statement_timeout = '120s'
as $$
declare
  v_import public.imports := private.find_staging(p_import);
  v_done jsonb;
begin
  perform private.require_account(v_import.workspace_id, v_import.account_id);
  -- Read again: another call may have applied it while we waited for the account. Not for update,
  -- which would wait for those that still hold it to send parts, and they for the account.
  select * into v_import from public.imports i where i.id = p_import for no key update;
  if v_import.state <> 'staging' then
    perform private.refuse('PT404', 'not_found', 'That import is not under way. Nothing was saved; choose the file again.');
  end if;
  if (select count(*) from public.import_rows r where r.import_id = p_import) is distinct from v_import.row_count or v_import.row_count = 0 then
    perform private.refuse('PT409', 'import_incomplete', 'The file did not arrive whole. Nothing was saved; choose it again.');
  end if;
  if exists (select 1 from public.imports i where i.workspace_id = v_import.workspace_id and i.account_id = v_import.account_id
      and i.state = 'applied' and i.file_hash = v_import.file_hash) then
    perform private.refuse('PT409', 'already_imported',
      'The figures of this file are here already. To read it another way, take that import back first.');
  end if;
  v_done := private.apply_rows(v_import);
  perform private.record_event(v_import.workspace_id, auth.uid(), 'figures_imported', null, p_import,
    v_done - 'id' || jsonb_build_object('file_hash', v_import.file_hash));
  return v_done;
end
$$;
comment on function public.apply_import is 'All rows of a begun import, or none: see apply_rows for the answer.';

create function public.undo_import(p_workspace uuid, p_import uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
set statement_timeout = '120s'
as $$
declare
  v_import public.imports;
  v_posts uuid[];
  v_changed integer;
  v_removed integer;
begin
  perform private.require_role(p_workspace, 'influencer', 'coordinator');
  select * into v_import from public.imports i where i.workspace_id = p_workspace and i.id = p_import and i.state <> 'staging';
  if v_import.id is null then
    perform private.refuse('PT404', 'not_found', 'That import is not in this workspace.');
  end if;
  perform private.require_account(p_workspace, v_import.account_id);
  -- Read again: somebody may have taken it back while we waited for the account.
  select * into v_import from public.imports i where i.id = p_import for update;
  if v_import.state = 'undone' then
    perform private.refuse('PT409', 'already_undone', 'That import was taken back already.');
  end if;
  with gone as (
    delete from public.post_snapshots s where s.workspace_id = p_workspace and s.import_id = p_import returning s.post_id
  )
  select array_agg(post_id) into v_posts from gone;
  v_changed := private.settle_posts(p_workspace, v_posts);
  delete from public.posts p where p.workspace_id = p_workspace and p.id = any (v_posts) and p.import_id = p_import;
  get diagnostics v_removed = row_count;
  update public.imports i set state = 'undone', undone_at = now(), undone_by = auth.uid() where i.id = p_import;
  perform private.record_event(p_workspace, auth.uid(), 'figures_import_undone', null, p_import,
    jsonb_build_object('removed', v_removed, 'changed', v_changed));
  return jsonb_build_object('removed', v_removed, 'changed', v_changed);
end
$$;
comment on function public.undo_import is
  'Takes an import back, by the account''s owner or a coordinator: posts that only it knew are gone (removed), with their drafts found; others have the figures from before (changed).';

create function public.type_figures(p_workspace uuid, p_account uuid, p_post uuid, p_captured_on date, p_row text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_account public.accounts := private.require_account(p_workspace, p_account);
  v_row jsonb := private.read_object(p_row, 'figures');
  v_known public.post_snapshots;
  v_import public.imports;
  v_done jsonb;
begin
  if v_account.closed_at is not null then
    perform private.refuse('PT409', 'account_closed', 'This account is closed. Open it again to bring figures in.');
  end if;
  if p_captured_on is null or p_captured_on > (now() at time zone 'UTC')::date + 1 or p_captured_on < '2000-01-01' then
    perform private.refuse('PT400', 'day_invalid', 'Say on which day you read these figures, today at the latest.');
  end if;
  if not exists (select 1 from jsonb_each(v_row) f where f.key = any (private.measures()) and f.value <> 'null') then
    perform private.refuse('PT400', 'figures_missing', 'Type at least one figure.');
  end if;
  if exists (select 1 from jsonb_each(v_row) f where f.key = any (private.measures()) and f.value <> 'null'
      and not coalesce(jsonb_typeof(f.value) = 'number' and (f.value #>> '{}')::numeric between 0 and 1000000000000, false)) then
    perform private.refuse('PT400', 'figures_invalid', 'Figures are whole numbers, from 0 on.');
  end if;
  if p_post is not null then
    select s.* into v_known from public.posts p
    join public.post_snapshots s on s.workspace_id = p.workspace_id and s.post_id = p.id and s.import_id = p.import_id
    where p.workspace_id = p_workspace and p.account_id = p_account and p.id = p_post;
    if v_known.post_id is null then
      perform private.refuse('PT404', 'not_found', 'We could not find that post.');
    end if;
    v_row := v_row || jsonb_build_object('external_id', (select p.external_id from public.posts p
        where p.workspace_id = p_workspace and p.id = p_post),
      'permalink', v_known.permalink, 'caption', v_known.caption, 'post_type', v_known.post_type,
      'published_local', v_known.published_local, 'published_at', v_known.published_at);
  else
    if coalesce(v_row ->> 'permalink', '') = '' or not private.is_web_address(v_row ->> 'permalink') then
      perform private.refuse('PT400', 'url_invalid', 'The address of a post starts with https://.');
    end if;
    v_row := v_row || jsonb_build_object('external_id',
      left(substr(private.post_key(v_account.platform, v_row ->> 'permalink'), length(v_account.platform) + 2), 120));
  end if;
  insert into public.imports as i (workspace_id, account_id, source, imported_by, basis, captured_on, row_count)
  values (p_workspace, p_account, 'typed', auth.uid(), 'lifetime', p_captured_on, 1) returning * into v_import;
  begin
    perform private.keep_rows(v_import.id, 1, (select jsonb_object_agg(f.key, array[f.value]::text)
      from jsonb_each_text(v_row - 'chunk' - 'raw' - 'approximate' || '{"line": 1}') f)::text);
  exception when data_exception or integrity_constraint_violation then
    perform private.refuse('PT400', 'figures_invalid', 'Figures are whole numbers, from 0 on.');
  end;
  v_done := private.apply_rows(v_import);
  perform private.record_event(p_workspace, auth.uid(), 'figures_typed', null, v_import.id, v_done - 'id');
  return v_done || jsonb_build_object('post', (select s.post_id from public.post_snapshots s
    where s.workspace_id = p_workspace and s.import_id = v_import.id));
end
$$;
comment on function public.type_figures is
  'Figures that somebody read off a screen, of a post that is here (p_post) or of another by its address: permalink, published_local, caption. All that the post did until p_captured_on. It is an import of its own, and can be taken back.';

create function private.measures()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['impressions', 'reach', 'views', 'likes', 'comments', 'shares', 'saves', 'link_clicks', 'profile_visits', 'follows',
    'watch_time_seconds', 'video_completions']
$$;
comment on function private.measures is 'The figures of a post, as the reader of exports names them.';

create function public.match_post(p_workspace uuid, p_post uuid, p_draft uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_post public.posts;
  v_draft public.drafts;
begin
  perform private.require_role(p_workspace, 'influencer', 'coordinator');
  select * into v_post from public.posts p where p.workspace_id = p_workspace and p.id = p_post;
  if v_post.id is null then
    perform private.refuse('PT404', 'not_found', 'We could not find that post.');
  end if;
  perform private.require_account(p_workspace, v_post.account_id);
  if p_draft is not null then
    select * into v_draft from public.drafts d where d.workspace_id = p_workspace and d.id = p_draft;
    if v_draft.id is null or not auth.uid() = any (private.readers_of(v_draft)) then
      perform private.refuse('PT404', 'not_found', 'We could not find that draft.');
    end if;
    if v_draft.state <> 'published' then
      perform private.refuse('PT409', 'not_published', 'This draft is not marked published, so it cannot be this post.');
    end if;
  end if;
  update public.posts p
  set draft_id = p_draft, matched_by = 'person', matcher_id = auth.uid(), matched_at = now()
  where p.workspace_id = p_workspace and p.id = p_post;
  perform private.record_event(p_workspace, auth.uid(), 'post_matched', p_draft, p_post, null);
end
$$;
comment on function public.match_post is
  'The owner or a coordinator says which published draft a post was; null: none. An address found later does not change that.';

create function private.follow_links()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_op <> 'INSERT' then
    update public.posts p set draft_id = null, matched_by = null, matched_at = null
    where p.workspace_id = old.workspace_id and p.draft_id = old.draft_id and p.matched_by = 'address' and p.platform = old.platform;
  end if;
  if tg_op <> 'DELETE' then
    perform private.match_posts(new.workspace_id, array(
      select p.id from public.posts p where p.workspace_id = new.workspace_id and p.platform = new.platform and p.matched_by is null
        and p.address_key = new.post_key
      union
      select p.id from public.posts p join public.accounts a on a.workspace_id = p.workspace_id and a.id = p.account_id
      where a.workspace_id = new.workspace_id and a.platform = new.platform and p.matched_by is null
        and p.external_id = substr(new.post_key, length(new.platform) + 2)));
  end if;
  return null;
end
$$;
comment on function private.follow_links is 'Posts follow the addresses that are recorded, corrected and removed.';
create trigger follow_links after insert or update or delete on public.post_links
  for each row execute function private.follow_links();

grant execute on function
  public.add_account(uuid, text, text, uuid, text),
  public.change_account(uuid, uuid, integer, text, uuid, text, boolean),
  public.begin_import(uuid, uuid, text),
  public.stage_rows(uuid, integer, text),
  public.apply_import(uuid),
  public.undo_import(uuid, uuid),
  public.type_figures(uuid, uuid, uuid, date, text),
  public.match_post(uuid, uuid, uuid)
to authenticated;
