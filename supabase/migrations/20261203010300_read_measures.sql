-- Purpose: accounts, imports and posts as pages show them.
-- Touches: functions only. Undo: drop the functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.may_bring_figures(p_account public.accounts)
returns boolean
language sql
stable
set search_path = ''
as $$
  select p_account.workspace_id = any ((select private.my_workspaces_as('coordinator'))::uuid[])
    or (p_account.owner_id = (select auth.uid()) and p_account.workspace_id = any ((select private.my_workspaces_as('influencer'))::uuid[]))
$$;
comment on function private.may_bring_figures is 'Whether the caller imports and types figures of the account.';

create function private.import_json(p_import public.imports)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('id', p_import.id, 'account_id', p_import.account_id, 'source', p_import.source,
    'imported_by', p_import.imported_by, 'imported_by_name', (select p.display_name from public.profiles p where p.id = p_import.imported_by),
    'imported_at', p_import.imported_at, 'file_name', p_import.file_name, 'basis', p_import.basis,
    'captured_on', p_import.captured_on, 'period_start', p_import.period_start, 'time_zone', p_import.time_zone,
    'zone_source', p_import.zone_source)
$$;
comment on function private.import_json is 'Where figures come from, as it is shown beside them.';

create function private.figures_json(p_post public.posts)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_strip_nulls(jsonb_build_object('impressions', p_post.impressions::text, 'reach', p_post.reach::text, 'views', p_post.views::text,
    'likes', p_post.likes::text, 'comments', p_post.comments::text, 'shares', p_post.shares::text, 'saves', p_post.saves::text,
    'link_clicks', p_post.link_clicks::text, 'profile_visits', p_post.profile_visits::text, 'follows', p_post.follows::text,
    'watch_time_seconds', p_post.watch_time_seconds::text, 'video_completions', p_post.video_completions::text))
$$;
comment on function private.figures_json is 'The figures in force that there are; what is missing is not in it. As texts: what reads JSON on the way may round large numbers.';

create function public.get_accounts(p_workspace uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'accounts', (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'platform', a.platform, 'name', a.name,
          'owner_id', a.owner_id, 'owner_name', (select p.display_name from public.profiles p where p.id = a.owner_id),
          'time_zone', a.time_zone, 'revision', a.revision, 'closed_at', a.closed_at, 'may_write', private.may_bring_figures(a),
          'captured_on', (select i.captured_on from public.imports i where i.workspace_id = p_workspace and i.account_id = a.id
            and i.state = 'applied' order by i.captured_on desc limit 1))
        order by a.closed_at is not null, a.platform, lower(a.name), a.id), '[]')
      from (select * from public.accounts a where a.workspace_id = p_workspace order by a.closed_at is not null, a.platform, lower(a.name)
        limit 600) a),
    'imports', (select coalesce(jsonb_agg(private.import_json(i) || jsonb_build_object('state', i.state, 'row_count', i.row_count,
          'added', i.added, 'rejected_count', i.rejected_count, 'rejected', i.rejected, 'undone_at', i.undone_at,
          'undone_by_name', (select p.display_name from public.profiles p where p.id = i.undone_by)) order by i.seq desc), '[]')
      from (select * from public.imports i where i.workspace_id = p_workspace and i.state <> 'staging' and i.source = 'file'
        order by i.seq desc limit 20) i),
    'owners', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.display_name) order by p.display_name, p.id), '[]')
      from public.memberships m join public.profiles p on p.id = m.profile_id
      where m.workspace_id = p_workspace and m.suspended_at is null and 'influencer' = any (m.roles)
        and p_workspace = any ((select private.my_workspaces_as('coordinator'))::uuid[])))
  where p_workspace = any (array(select unnest(private.my_workspaces())))
$$;
comment on function public.get_accounts is
  'The accounts that the caller sees, open ones first, each with the last day its figures cover; the twenty files imported last; for coordinators whose an account can be. Null for strangers.';

create function public.look_up_file(p_workspace uuid, p_hash text, p_layout text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'same', (select coalesce(jsonb_agg(private.import_json(i) order by i.seq desc), '[]') from public.imports i
      where i.workspace_id = p_workspace and i.state = 'applied' and i.file_hash = p_hash),
    'last', (select jsonb_build_object('account_id', i.account_id, 'corrections', i.corrections) from public.imports i
      where i.workspace_id = p_workspace and i.state = 'applied' and i.source = 'file' and i.layout = p_layout and p_layout <> ''
      order by i.seq desc limit 1))
$$;
comment on function public.look_up_file is
  'Whether the figures of a file are here already, and how the last file with such columns was taken.';

create function private.post_json(p_post public.posts)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('id', p_post.id, 'account_id', p_post.account_id, 'account_name', a.name, 'platform', p_post.platform,
    'external_id', p_post.external_id, 'published_on', p_post.published_on, 'figures', private.figures_json(p_post),
    'permalink', s.permalink, 'caption', left(s.caption, 280), 'post_type', s.post_type, 'published_local', s.published_local,
    'approximate', coalesce(s.approximate, '{}'), 'line', s.line, 'import', private.import_json(i),
    'may_write', private.may_bring_figures(a), 'matched_by', p_post.matched_by,
    'draft', (select jsonb_build_object('id', d.id, 'title', d.title, 'state', d.state) from public.drafts d
      where d.workspace_id = p_post.workspace_id and d.id = p_post.draft_id))
  from public.post_snapshots s
  join public.imports i on i.workspace_id = s.workspace_id and i.id = s.import_id
  join public.accounts a on a.workspace_id = p_post.workspace_id and a.id = p_post.account_id
  where s.workspace_id = p_post.workspace_id and s.post_id = p_post.id and s.import_id = p_post.import_id
$$;
comment on function private.post_json is 'A post as lists show it: the figures in force and where they come from.';

create function public.list_posts(
  p_workspace uuid, p_search text default '', p_platform text default null, p_account uuid default null,
  p_match text default 'all', p_from date default null, p_to date default null, p_sort text default 'published_on',
  p_offset integer default 0, p_limit integer default 50
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with found as materialized (
    select p.id, p.published_on,
      case p_sort when 'impressions' then p.impressions when 'reach' then p.reach when 'views' then p.views when 'likes' then p.likes
        when 'comments' then p.comments when 'shares' then p.shares when 'saves' then p.saves when 'link_clicks' then p.link_clicks
        when 'profile_visits' then p.profile_visits when 'follows' then p.follows when 'watch_time_seconds' then p.watch_time_seconds
        when 'video_completions' then p.video_completions end as figure
    from public.posts p
    where p.workspace_id = p_workspace
      and (p_platform is null or p.platform = p_platform)
      and (p_account is null or p.account_id = p_account)
      and (p_from is null or p.published_on >= p_from) and (p_to is null or p.published_on <= p_to)
      and case p_match when 'draft' then p.draft_id is not null when 'none' then p.draft_id is null else true end
      and (coalesce(p_search, '') = '' or exists (select 1 from public.post_snapshots s
        where s.workspace_id = p.workspace_id and s.post_id = p.id and s.import_id = p.import_id
          and s.caption ilike '%' || replace(replace(replace(left(p_search, 100), '\', '\\'), '%', '\%'), '_', '\_') || '%'))
  ), shown as (
    select f.id, row_number() over (order by f.figure desc nulls last, f.published_on desc nulls last, f.id) as place
    from found f order by f.figure desc nulls last, f.published_on desc nulls last, f.id
    offset greatest(p_offset, 0) limit least(greatest(p_limit, 0), 1000)
  )
  select jsonb_build_object(
    'total', (select count(*) from found),
    'posts', (select coalesce(jsonb_agg(private.post_json(p) order by s.place), '[]')
      from shown s join public.posts p on p.workspace_id = p_workspace and p.id = s.id))
  where p_workspace = any (array(select unnest(private.my_workspaces())))
$$;
comment on function public.list_posts is
  'Posts that the caller sees, the newest on top or, by a figure, the largest; those without the figure last. p_match: all, draft (it is known which draft it was) or none. Null for strangers.';

create function public.get_post(p_workspace uuid, p_post uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.post_json(p) || jsonb_build_object(
    'full_caption', (select s.caption from public.post_snapshots s
      where s.workspace_id = p.workspace_id and s.post_id = p.id and s.import_id = p.import_id),
    'history', (select coalesce(jsonb_agg(private.import_json(i) || jsonb_build_object('line', s.line,
          'figures', private.figures_json(jsonb_populate_record(null::public.posts, to_jsonb(s)))) order by i.captured_on desc, i.seq desc), '[]')
      from public.post_snapshots s join public.imports i on i.workspace_id = s.workspace_id and i.id = s.import_id
      where s.workspace_id = p_workspace and s.post_id = p.id),
    'approved', (select jsonb_build_object('caption', v.content ->> 'caption', 'hashtags', coalesce(v.content -> 'hashtags', '[]'))
      from public.drafts d join public.draft_versions v on v.draft_id = d.id and v.number = d.approved_version
      where d.workspace_id = p_workspace and d.id = p.draft_id),
    -- What it may have been: published drafts of its author that no other post is, those nearest in time first.
    'candidates', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'title', c.title, 'published_at', c.published_at,
          'caption', c.caption) order by c.apart), '[]')
      from (select d.id, d.title, d.published_at, v.content ->> 'caption' as caption, abs(d.published_at::date - p.published_on) as apart
        from public.drafts d
        join public.draft_versions v on v.draft_id = d.id and v.number = d.approved_version
        join public.accounts a on a.workspace_id = p_workspace and a.id = p.account_id
        where p.draft_id is null and d.workspace_id = p_workspace and d.state = 'published'
          and (a.owner_id is null or d.author_id = a.owner_id)
          and d.published_at between p.published_on - interval '14 days' and p.published_on + interval '15 days'
          and not exists (select 1 from public.posts o where o.workspace_id = p_workspace and o.draft_id = d.id and o.platform = p.platform)
        order by apart, d.id limit 5) c))
  from public.posts p
  where p.workspace_id = p_workspace and p.id = p_post
$$;
comment on function public.get_post is
  'A post with its whole caption, the figures of every import, what was approved for it, or the drafts it may have been. Null where the caller sees none.';

grant execute on function
  private.may_bring_figures(public.accounts),
  private.import_json(public.imports),
  private.figures_json(public.posts),
  private.post_json(public.posts),
  public.get_accounts(uuid),
  public.look_up_file(uuid, text, text),
  public.list_posts(uuid, text, text, uuid, text, date, date, text, integer, integer),
  public.get_post(uuid, uuid)
to authenticated;
