-- In each workspace of the load test one draft in review with 50 versions and 500 comments.

create temp table busy_rooms on commit drop as
select d.workspace_id, d.id as like_id, md5('tandem-load/busy/' || d.workspace_id)::uuid as id, d.author_id, d.created_at
from (select distinct on (workspace_id) * from public.drafts
  where state = 'in_review' and workspace_id = any (array(
    select md5('tandem-load/workspace/' || w)::uuid from generate_series(0, 99) w))
  order by workspace_id, version_count desc, submitted_at, id) d;

insert into public.drafts
select (jsonb_populate_record(d, jsonb_build_object('id', b.id, 'title', 'A busy room', 'topic', 'anxiety_depression',
  'version_count', 50, 'submitted_version', 50, 'change_number', 600))).*
from busy_rooms b join public.drafts d on d.id = b.like_id;

insert into public.draft_versions (workspace_id, draft_id, number, content, content_hash, submitted, note, created_by, created_at)
select b.workspace_id, b.id, n, c.content, private.content_hash(c.content), true, 'Softer, once more.', b.author_id,
  b.created_at + interval '1 hour' * n
from busy_rooms b
join public.draft_versions v on v.draft_id = b.like_id and v.number = 1
cross join generate_series(1, 50) n
cross join lateral (select v.content || jsonb_build_object('topic', 'anxiety_depression',
  'caption', v.content ->> 'caption' || ' This is the wording of version ' || n || '.') as content) c;

-- A hundred threads of five, every third resolved.
insert into public.comments (id, workspace_id, draft_id, version_number, author_id, body, created_at, parent_id)
select md5(b.id || '/' || n)::uuid, b.workspace_id, b.id, 1 + n / 10, m.profile_id,
  'Could this say more about what helps on such a morning? A friend to call, a short walk, a number to ring. ' || n,
  b.created_at + interval '6 minutes' * n, case when n % 5 > 0 then md5(b.id || '/' || (n - n % 5))::uuid end
from busy_rooms b
cross join generate_series(0, 499) n
join lateral (select x.profile_id from public.memberships x where x.workspace_id = b.workspace_id
  order by md5(x.profile_id::text || n) limit 1) m on true;

insert into public.comment_threads (comment_id, workspace_id, draft_id, resolved_at, resolved_by)
select c.id, c.workspace_id, c.draft_id, c.created_at + interval '1 hour', b.author_id
from busy_rooms b join public.comments c on c.draft_id = b.id
where c.parent_id is null and get_byte(decode(md5(c.id::text), 'hex'), 0) % 3 = 0;
