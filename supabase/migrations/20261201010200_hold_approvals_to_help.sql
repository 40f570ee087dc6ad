-- Purpose: a post that touches a sensitive topic is approved only with checked help for each of its countries.
-- Touches: safety_checks.topics, approval_checks.help (both new), private.review_hash (checks of before do not count
-- any more: each is read again when somebody opens its room), server_record_findings (one more argument, so it is
-- another function), private.require_safe_approval. Locks: safety_checks and approval_checks for a moment.
-- Undo: restore the three functions of 20261130010200, drop the new ones and the two columns.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.help_subjects()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['suicide', 'self_harm', 'eating_disorders', 'abuse', 'substance_use', 'crisis']
$$;
comment on function private.help_subjects is 'What a post can touch so that help has to go with it.';

create function private.fitting_topics(p_topics text[])
returns text[]
language sql
immutable
set search_path = ''
as $$
  select case when cardinality(p_topics) = 0 then '{}'::text[] else (
    select array_agg(distinct f.fitting) from (
      values ('suicide', 'suicide'), ('self_harm', 'suicide'), ('eating_disorders', 'eating_disorders'),
        ('abuse', 'domestic_violence'), ('abuse', 'trauma'), ('substance_use', 'substance_use'), ('crisis', 'suicide')
    ) f (topic, fitting) where f.topic = any (p_topics)) || 'crisis'::text end
$$;
comment on function private.fitting_topics is
  'Topics of services that fit posts that touch these: their own, and a crisis, which every post of the kind can bring to the surface.';

alter table public.safety_checks add column topics text[] not null default '{}';
-- squawk-ignore constraint-missing-not-valid
alter table public.safety_checks add constraint safety_checks_topics_check check (topics <@ private.help_subjects());
comment on column public.safety_checks.topics is 'What the post touches so that help has to go with it, by its words or by the topic its author chose.';
alter table public.approval_checks add column help jsonb not null default '{}';
comment on column public.approval_checks.help is
  'What went with the post then: topics, countries, services (each as it stood, with the number of its check), directory (its address where it stood in). Empty in approvals from before this was kept.';

create or replace function private.review_hash(p_draft public.drafts, p_version public.draft_versions)
returns text
language sql
stable
set search_path = ''
as $$
  -- The content hash covers all that will be public: every text, images by their hash, platform, format,
  -- topic and audience countries. What the checker or a decider sees beside it belongs into this list: services
  -- with what is told of them and how to reach them, whoever checked them when.
  select encode(sha256(convert_to('tandem-review-2' || jsonb_build_array(
    p_version.content_hash, p_draft.context,
    (select coalesce(jsonb_agg(jsonb_build_array(r.id, r.told, r.withdrawn_at is null, (
        select jsonb_agg(jsonb_build_array(c.id, c.address) order by c.id)
        from public.resource_contacts c
        where c.library_id = r.library_id and c.resource_id = r.id and c.removed_at is null)) order by r.id), '[]')
      from public.resources r where r.id = any (private.attached_ids(p_draft.workspace_id, p_draft.id))),
    (select x.address from public.draft_directories x
      where x.workspace_id = p_draft.workspace_id and x.draft_id = p_draft.id))::text, 'UTF8')), 'hex')
$$;

-- squawk-ignore ban-drop-function
drop function public.server_record_findings(uuid, integer, text, text, text, text, integer);

create function public.server_record_findings(
  p_draft uuid, p_version integer, p_review_hash text, p_rule_set_hash text, p_configuration_hash text, p_findings text,
  p_blockers integer, p_topics text[]
)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts;
  v_version public.draft_versions;
  v_findings jsonb := p_findings::jsonb;
  v_check uuid;
begin
  -- Nobody approves, and no author changes what is read with it, until this is through.
  select * into v_draft from public.drafts d where d.id = p_draft for update;
  select * into v_version from public.draft_versions v
  where v.draft_id = p_draft and v.number = p_version and v.submitted;
  if v_version.draft_id is null then
    perform private.refuse('PT404', 'not_found', 'There is no such version to check.');
  end if;
  if p_review_hash is distinct from private.review_hash(v_draft, v_version)
    or p_rule_set_hash is distinct from private.current_rule_set()
    or p_configuration_hash is distinct from private.configuration_hash(private.safety_settings_of(v_draft.workspace_id)) then
    perform private.refuse('PT409', 'check_stale', 'The post or the rules changed while the checker was reading. It reads again.');
  end if;
  if (private.current_check(v_draft, v_version)).id is not null then
    return false;
  end if;
  if (select count(*) from public.safety_checks c where c.draft_id = p_draft and c.version_number = p_version) >= 200 then
    perform private.refuse('PT409', 'too_many_checks',
      'What goes with this version was changed 200 times. Send it for review again to go on.');
  end if;
  insert into public.safety_checks (workspace_id, draft_id, version_number, review_hash, rule_set_hash, configuration_hash,
    blockers, topics)
  values (v_draft.workspace_id, p_draft, p_version, p_review_hash, p_rule_set_hash, p_configuration_hash, p_blockers, p_topics)
  returning id into v_check;
  insert into public.safety_findings (workspace_id, draft_id, version_number, check_id, position, rule, category, severity,
    part, span_start, span_end, quote, reason, suggestion, source, needs_professional)
  select v_draft.workspace_id, p_draft, p_version, v_check, f.ordinality, f.rule, f.category, f.severity, f.part,
    f."start", f."end", f.quote, f.reason, f.suggestion, f.source, f.needs_professional
  from rows from (jsonb_to_recordset(v_findings) as (rule text, category text, severity text, part text, "start" integer,
    "end" integer, quote text, reason text, suggestion text, source jsonb, needs_professional boolean)) with ordinality
    f (rule, category, severity, part, "start", "end", quote, reason, suggestion, source, needs_professional, ordinality);
  return true;
end
$$;
comment on function public.server_record_findings is
  'The server read exactly this with the rules and configuration of now, and found this; p_blockers counts also what is not kept as rows, p_topics are of private.help_subjects. False: it was recorded already.';
grant execute on function public.server_record_findings(uuid, integer, text, text, text, text, integer, text[]) to service_role;

-- The gate.

create function private.countries_of(p_content jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array(select c from jsonb_array_elements_text(coalesce(p_content -> 'audience_countries', '[]')) c order by 1)
$$;
comment on function private.countries_of is 'Where the readers of a post are.';

create function private.is_directory_attached(p_draft public.drafts)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (select 1 from public.draft_directories x
    where x.workspace_id = p_draft.workspace_id and x.draft_id = p_draft.id and x.address = private.current_directory())
$$;
comment on function private.is_directory_attached is 'Whether the directory that the operator names now goes with the post.';

create function private.help_by_country(p_draft public.drafts, p_countries text[], p_topics text[])
returns table (country text, help text)
language sql
stable
set search_path = ''
as $$
  with together as materialized (
    -- What comes together helps together: all of it attached, and all of it checked.
    select l.pair_id, min((l.resource).country) as country,
      bool_or((l.resource).topics && private.fitting_topics(p_topics)) as fits,
      bool_and(l.state in ('current', 'due')) as counts,
      bool_and((l.resource).id = any (a.ids)) as attached
    from private.attached_ids(p_draft.workspace_id, p_draft.id) a (ids)
    cross join lateral private.helplines_of(p_draft.workspace_id, p_countries, a.ids) l
    group by l.pair_id
  )
  select c, case
    when exists (select 1 from together t where t.country in (c, '') and t.fits and t.counts and t.attached) then 'services'
    when private.is_directory_attached(p_draft)
      and not exists (select 1 from together t where t.country in (c, '') and t.fits and t.counts) then 'directory'
    end
  from unnest(p_countries) c
$$;
comment on function private.help_by_country is
  'What counts today as help with the post for each of these countries: services, directory, or null for nothing.';

create function private.require_help(p_draft public.drafts, p_version public.draft_versions, p_topics text[])
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_countries text[] := private.countries_of(p_version.content);
  v_without text[];
begin
  if cardinality(p_topics) = 0 then
    return;
  end if;
  if cardinality(v_countries) = 0 then
    perform private.refuse('PT409', 'help_without_country',
      'This post touches a sensitive topic, so help goes with it. Its author has to say first in which countries its readers are. What you wrote is kept.');
  end if;
  v_without := array(select h.country from private.help_by_country(p_draft, v_countries, p_topics) h
    where h.help is null order by 1);
  if cardinality(v_without) > 0 then
    perform private.refuse('PT409', 'help_missing', format(
      'This post touches a sensitive topic, so help goes with it. For %s nothing counts today: attach a service that is checked, with all that comes together with it, under “Help with this post”. What you wrote is kept.',
      array_to_string(v_without, ', ')));
  end if;
end
$$;
comment on function private.require_help is 'Refuses a post on a sensitive topic without checked help for each country it is for.';

create function private.help_snapshot(p_draft public.drafts, p_version public.draft_versions, p_topics text[])
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('topics', p_topics, 'countries', private.countries_of(p_version.content),
    'services', (select coalesce(jsonb_agg(private.entry_of(l.resource) || jsonb_build_object('id', (l.resource).id,
          'state', l.state, 'until', l.next_due, 'check_seq', l.check_seq)
        order by (l.resource).country, l.pair_id, (l.resource).name), '[]')
      from private.attached_ids(p_draft.workspace_id, p_draft.id) a (ids)
      cross join lateral private.helplines_of(p_draft.workspace_id, '{}', a.ids) l
      where (l.resource).id = any (a.ids)),
    'directory', case when private.is_directory_attached(p_draft) then private.current_directory() end)
$$;
comment on function private.help_snapshot is 'What goes with the post now, to be kept with its approval; a check by its number, because it names a person.';

create or replace function private.require_safe_approval()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_version public.draft_versions;
  v_check public.safety_checks;
begin
  select * into v_version from public.draft_versions v
  where v.draft_id = new.id and v.number = new.approved_version and v.content_hash = new.approved_hash;
  v_check := private.current_check(new, v_version);
  if v_check.id is null then
    perform private.refuse('PT409', 'not_checked',
      'The checker has not read exactly this post with the rules of now, so it cannot be approved yet. Open the review anew: that is when it reads. What you wrote is kept.');
  end if;
  if v_check.blockers > (select count(*) from public.safety_findings f
      where f.workspace_id = new.workspace_id and f.check_id = v_check.id and f.severity = 'blocker'
        and private.is_waived(f, v_check.review_hash)) then
    perform private.refuse('PT409', 'blocker_stands',
      'The checker found words that stop an approval. Either they change, or a professional waives each with a reason. What you wrote is kept.');
  end if;
  perform private.require_help(new, v_version, v_check.topics);
  insert into public.approval_checks (workspace_id, draft_id, version_number, review_hash, rule_set_hash, configuration_hash, help)
  values (new.workspace_id, new.id, v_version.number, v_check.review_hash, v_check.rule_set_hash, v_check.configuration_hash,
    private.help_snapshot(new, v_version, v_check.topics));
  return new;
end
$$;
comment on function private.require_safe_approval is
  'Refuses that a draft becomes approved unless exactly this state of it was checked with the rules and configuration of now, each blocker was waived, and help goes with it where its topic asks for that.';
