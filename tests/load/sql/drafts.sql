-- Versions, buffers, decisions of drafts. Constraints' triggers are off; a test looks.

-- One row a draft: who, when, how it ends, how many versions. The newest are still open.
create temp table load_drafts as
with numbered as (
  select w::bigint as w, i::bigint as i, w * 10000000::bigint + i as n, p.as_of, p.drafts - i <= p.open_drafts as open,
    p.as_of - interval '365 days' * (1 - (i + pg_temp.pick(i, 10 + w, 1000) / 1000.0) / p.drafts) as created_at,
    pg_temp.pick(w * 10000000::bigint + i, 11, 100) as fate, (1 + i % 5)::integer as versions
  from load_plan p, generate_series(0, p.workspaces - 1) w, generate_series(0, p.drafts - 1) i
), ended as (
  select d.*, case
      when open and fate < 40 then 'drafting' when open and fate < 70 then 'in_review'
      when open and fate < 82 then 'changes_requested' when open and fate < 96 then 'approved'
      when open then 'withdrawn'
      when fate < 90 then 'published' when fate < 93 then 'declined' when fate < 97 then 'withdrawn'
      when fate = 97 then 'approved' when fate = 98 then 'changes_requested' else 'drafting' end as state,
    least(interval '2 days' + interval '1 hour' * pg_temp.pick(n, 12, 170), (as_of - created_at) * 0.95) as span
  from numbered d
)
select e.*,
  -- An approval that a later edit took away.
  state = 'drafting' and open and fate < 6 as voided,
  not (state = 'drafting' and not (open and fate < 6)) and not (state = 'withdrawn' and fate % 2 = 0) as submitted,
  pg_temp.make_id('draft', e.n) as id, pg_temp.make_id('workspace', e.w) as workspace_id,
  a.id as author_id, pg_temp.pick(e.n, 13, 9) as topic,
  (array['instagram', 'instagram', 'instagram', 'tiktok', 'tiktok', 'youtube', 'facebook', 'x', 'linkedin', 'podcast', 'blog'])
    [1 + pg_temp.pick(e.n, 14, 11)] as platform,
  span / (versions + 1) as step
from load_plan p, ended e
join lateral (select pg_temp.pick(e.n, 15, p.blocks * 28) as seat) s on true
join load_people a on a.w = e.w and a.k = s.seat / 28 * 40 + s.seat % 28;
alter table load_drafts add primary key (w, i);
analyze load_drafts;

-- Each part of a text changes once, at a version of its own, so that versions differ by words.
create temp table load_versions as
select d.w, d.i, d.n, v as number, d.versions = v as last,
  d.submitted and (d.versions = v or pg_temp.pick(d.n * 8 + v, 30, 5) > 0) as submitted,
  d.created_at + d.step * v as created_at,
  jsonb_build_object('platform', d.platform, 'topic', (private.topics())[1 + d.topic],
    'audience_countries', (array['["DE"]', '["PT"]', '["GB", "IE"]', '["US"]', '["IN"]', '["AT", "CH", "DE"]', '[]'])
      [1 + pg_temp.pick(d.n, 20, 7)]::jsonb,
    'caption', t.caption || '#mentalhealth') as content,
  null::text as content_hash
from load_drafts d
cross join lateral generate_series(1, d.versions) v
cross join lateral (
  select string_agg(
    pg_temp.pick_from(pg_temp.sentences(), d.n * 20 + part, case when 2 + pg_temp.pick(d.n * 20 + part, 22, 6) <= v then 24 else 23 end)
      || case when part % 4 = 3 then E'\n\n' else ' ' end, '' order by part) as caption
  from generate_series(0, 3 + pg_temp.pick(d.n, 21, 10)) part) t;
update load_versions set content_hash = private.content_hash(content);
analyze load_versions;

insert into public.draft_versions (workspace_id, draft_id, number, content, content_hash, submitted, note, created_by, created_at)
select d.workspace_id, d.id, v.number, v.content, v.content_hash, v.submitted,
  case when v.number > 1 then pg_temp.pick_from(array['Softer opening.', 'Named the source.', 'Added where to find help.', ''], v.n, v.number) else '' end,
  d.author_id, v.created_at
from load_versions v join load_drafts d using (w, i)
order by v.created_at;

insert into public.draft_buffers (draft_id, workspace_id, author_id, content, content_hash, revision, updated_at)
select d.id, d.workspace_id, d.author_id, b.content, private.content_hash(b.content), 1 + d.versions * 7, d.created_at + d.step * (d.versions + 0.9)
from load_drafts d
join load_versions v on v.w = d.w and v.i = d.i and v.last
join lateral (select case when d.voided or d.state in ('drafting', 'changes_requested')
  then jsonb_set(v.content, '{caption}', to_jsonb(v.content ->> 'caption' || ' #kindness')) else v.content end as content) b on true
order by d.created_at;

-- The decider's number is chosen so that their scope covers the topic.
create temp table load_decisions as
select v.w, v.i, v.n, v.number, v.last, v.content_hash, v.created_at + d.step * 0.6 as decided_at,
  case when not v.last or d.state = 'changes_requested' then 'changes_requested'
    when d.state = 'declined' then 'declined' else 'approved' end as kind,
  s.number / 8 * 40 + 28 + s.number % 8 as decider_k, pg_temp.make_id('decision', v.n * 8 + v.number) as id
from load_plan p, load_versions v
join load_drafts d using (w, i)
join lateral (select pg_temp.pick(v.n * 8 + v.number, 40, p.blocks * 8 - 1) as base) b on true
join lateral (select b.base + case when (d.topic + 1 + b.base) % 3 = 0 then 1 else 0 end as number) s on true
where v.submitted and case when v.last then d.state not in ('in_review', 'withdrawn')
  else pg_temp.pick(v.n * 8 + v.number, 41, 4) > 0 end;

create temp table load_credentials as
select c.id, c.workspace_id, c.profile_id, private.credential_snapshot(c) as snapshot
from public.credentials c where c.workspace_id in (select d.workspace_id from load_drafts d);
alter table load_credentials add primary key (workspace_id, profile_id);

insert into public.decisions (id, workspace_id, draft_id, version_number, content_hash, kind, reason_code, note,
  decided_by, decided_at, credential_id, credential, statement_version, statement, valid_until)
select x.id, d.workspace_id, d.id, x.number, x.content_hash, x.kind,
  case when x.kind <> 'approved' then pg_temp.pick_from(array['safety', 'accuracy', 'wording', 'missing_help', 'privacy', 'other'], x.n, 42) end,
  case when x.kind <> 'approved' then 'Please soften the second paragraph and say where people can find help.' else '' end,
  q.id, x.decided_at, c.id, c.snapshot, (r.statement ->> 'version')::integer, r.statement ->> 'text',
  case when x.kind = 'approved' then x.decided_at + interval '180 days' end
from load_decisions x
join load_drafts d using (w, i)
join load_people q on q.w = x.w and q.k = x.decider_k
join load_credentials c on c.workspace_id = d.workspace_id and c.profile_id = q.id
cross join (select public.review_statement() as statement) r
order by x.decided_at;
