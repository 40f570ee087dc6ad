-- Purpose: add, correct, withdraw and check entries of the library. Touches: functions only.
-- Undo: drop the functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.help_topics()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['crisis', 'suicide', 'youth', 'lgbtq', 'eating_disorders', 'substance_use', 'domestic_violence',
    'perinatal', 'veterans', 'general', 'anxiety_depression', 'trauma', 'psychosis_bipolar', 'medication']
$$;
comment on function private.help_topics is 'What an entry of the library can be about.';

create function private.optional_line(p_text text, p_longest integer, p_what text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case when private.is_blank(p_text) then '' else private.require_line(p_text, p_longest, p_what) end
$$;
comment on function private.optional_line is 'As require_line, or nothing at all.';

create function private.read_list(p_list jsonb, p_pattern text, p_what text)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_list text[];
begin
  if jsonb_typeof(coalesce(p_list, '[]')) <> 'array' then
    perform private.refuse('PT400', 'entry_invalid', pg_catalog.format('Please check %s.', p_what));
  end if;
  select coalesce(array_agg(x.value order by x.place), '{}') into v_list
  from (select l.value, min(l.place) as place
    from jsonb_array_elements_text(coalesce(p_list, '[]')) with ordinality l (value, place) group by l.value) x;
  if exists (select 1 from unnest(v_list) v (value) where v.value is null or v.value !~ p_pattern) then
    perform private.refuse('PT400', 'entry_invalid', pg_catalog.format('Please check %s.', p_what));
  end if;
  return v_list;
end
$$;
comment on function private.read_list is 'The texts of a list in their order, each once; each has to fit the pattern.';

create function private.is_page_address(p_url text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  -- Some services have no https; everything else is asked of both.
  select private.is_web_address(pg_catalog.regexp_replace(p_url, '^http:', 'https:'))
$$;
comment on function private.is_page_address is 'Whether it is a full address of a page, with or without encryption.';

create function private.is_contact_address(p_method text, p_address text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select case
    -- Digits and what stands between them; letters, because some numbers are said as words.
    when p_method in ('call', 'text') then
      p_address ~ '^[+*#0-9A-Za-z]([0-9A-Za-z ()+*#./-]{0,38}[0-9A-Za-z)*#])?$' and p_address ~ '[0-9].*[0-9]'
    when p_method in ('chat', 'web') then private.is_page_address(p_address)
    when p_method = 'mail' then p_address ~ '^[^[:space:]@<>]+@[^[:space:]@<>]+\.[^[:space:]@<>]+$'
    else false
  end
$$;
comment on function private.is_contact_address is 'Whether somebody can be reached there in that way. The address is kept to the letter, so it is refused rather than repaired.';

create function private.is_time_zone(p_zone text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Abbreviations and offsets are taken by "at time zone" too, but mean other hours in summer.
  if p_zone !~ '^(UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+){1,2})$' then
    return false;
  end if;
  perform now() at time zone p_zone;
  return true;
exception when invalid_parameter_value then
  return false;
end
$$;
comment on function private.is_time_zone is 'Whether it is an IANA name that PostgreSQL knows. Looked up one by one: listing them all reads 600 files.';

create function private.normalise_contact(p_contact jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_method text := coalesce(p_contact ->> 'method', '');
  v_address text := coalesce(p_contact ->> 'address', '');
  v_zone text := coalesce(p_contact ->> 'time_zone', '');
  v_cost text := coalesce(p_contact ->> 'cost', '');
begin
  if jsonb_typeof(p_contact) is distinct from 'object'
    or exists (select 1 from jsonb_object_keys(p_contact) k
      where k not in ('method', 'address', 'keyword', 'hours', 'time_zone', 'cost', 'languages')) then
    perform private.refuse('PT400', 'entry_invalid', 'A way of contact could not be read. Nothing was saved.');
  end if;
  if not private.is_contact_address(v_method, v_address) or length(v_address) > 500 then
    perform private.refuse('PT400', 'address_invalid', case
      when v_method in ('call', 'text') then 'A number has digits, spaces and hyphens, written as it is dialled.'
      when v_method = 'mail' then 'A mail address has an @ and no spaces.'
      else 'A page needs its full address, starting with https:// or http://.' end);
  end if;
  if v_zone <> '' and not private.is_time_zone(v_zone) then
    perform private.refuse('PT400', 'time_zone_unknown', 'That time zone is not known. Choose one from the list.');
  end if;
  if v_cost not in ('', 'free', 'paid') then
    perform private.refuse('PT400', 'entry_invalid', 'The cost is free, paid, or left empty.');
  end if;
  return jsonb_build_object(
    'method', v_method, 'address', v_address,
    'keyword', private.optional_line(p_contact ->> 'keyword', 40, 'the word to text'),
    'hours', private.optional_line(p_contact ->> 'hours', 200, 'the hours'),
    'time_zone', v_zone, 'cost', v_cost,
    'languages', private.read_list(p_contact -> 'languages', '^[a-z]{2,3}$', 'the languages: codes such as en or es'));
end
$$;
comment on function private.normalise_contact is 'A way of contact as it is kept; the address is not touched.';

create function private.normalise_entry(p_entry jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_kind text := coalesce(p_entry ->> 'kind', '');
  v_country text := coalesce(p_entry ->> 'country', '');
  v_topics text[];
  v_sources text[];
  v_contacts jsonb;
  v_words text := pg_catalog.btrim(private.clean_text(coalesce(p_entry ->> 'words', '')), E' \t\n');
begin
  if jsonb_typeof(p_entry) is distinct from 'object' or length(p_entry::text) > 40000
    or exists (select 1 from jsonb_object_keys(p_entry) k
      where k not in ('kind', 'name', 'country', 'topics', 'audience', 'languages', 'words', 'sources', 'seen',
        'confidence', 'pair', 'contacts'))
    or v_kind not in ('helpline', 'guide', 'evidence_card') or v_country !~ '^([A-Z]{2})?$'
    or coalesce(p_entry ->> 'seen', '') !~ '^([0-9]{4}-(0[1-9]|1[0-2]))?$'
    or coalesce(p_entry ->> 'confidence', '') not in ('', 'high', 'medium')
    or jsonb_typeof(coalesce(p_entry -> 'contacts', '[]')) <> 'array' then
    perform private.refuse('PT400', 'entry_invalid', 'This entry could not be read. Nothing was saved.');
  end if;
  v_topics := private.read_list(p_entry -> 'topics', '^[a-z_]+$', 'the topics');
  if cardinality(v_topics) not between 1 and 8 or not v_topics <@ private.help_topics() then
    perform private.refuse('PT400', 'topics_invalid', 'Choose one to eight topics from the list.');
  end if;
  v_sources := private.read_list(p_entry -> 'sources', '^https?://', 'the sources: full addresses that start with https://');
  if cardinality(v_sources) > 10
    or exists (select 1 from unnest(v_sources) s where length(s) > 500 or not private.is_page_address(s)) then
    perform private.refuse('PT400', 'sources_invalid', 'Give up to ten sources, each a full address that starts with https://.');
  end if;
  if length(v_words) > 2000 then
    perform private.refuse('PT400', 'text_too_long', 'That is more than one screen: 2,000 characters at most.');
  end if;
  select coalesce(jsonb_agg(private.normalise_contact(c.contact) order by c.place), '[]') into v_contacts
  from jsonb_array_elements(coalesce(p_entry -> 'contacts', '[]')) with ordinality c (contact, place);
  if jsonb_array_length(v_contacts) > 20
    or (select count(distinct (c ->> 'method', c ->> 'address', c ->> 'keyword')) from jsonb_array_elements(v_contacts) c)
      <> jsonb_array_length(v_contacts) then
    perform private.refuse('PT400', 'contacts_invalid', 'Give up to twenty ways of contact, each once.');
  end if;
  if v_kind = 'helpline' and jsonb_array_length(v_contacts) = 0 then
    perform private.refuse('PT400', 'contacts_missing', 'A helpline needs a number, a chat, a page or a mail address.');
  end if;
  if v_kind <> 'helpline' and private.is_blank(v_words) and jsonb_array_length(v_contacts) = 0 then
    perform private.refuse('PT400', 'words_missing', 'Write what it says, or give the address of a page.');
  end if;
  return jsonb_build_object(
    'kind', v_kind, 'name', private.require_line(p_entry ->> 'name', 120, 'a name'), 'country', v_country,
    'topics', v_topics, 'audience', private.optional_line(p_entry ->> 'audience', 400, 'for whom it is'),
    'languages', private.read_list(p_entry -> 'languages', '^[a-z]{2,3}$', 'the languages: codes such as en or es'),
    'words', v_words, 'sources', v_sources, 'seen', coalesce(p_entry ->> 'seen', ''),
    'confidence', coalesce(p_entry ->> 'confidence', ''),
    'pair', private.optional_line(p_entry ->> 'pair', 60, 'the word of a pair'), 'contacts', v_contacts);
end
$$;
comment on function private.normalise_entry is
  'An entry as it is kept, or a refusal. Unknown keys are refused, numbers and addresses kept to the letter.';

create function private.read_entry(p_entry text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_entry jsonb;
begin
  begin
    v_entry := p_entry::jsonb;
  exception when others then
    perform private.refuse('PT400', 'entry_invalid', 'This entry could not be read. Nothing was saved.');
  end;
  return private.normalise_entry(v_entry);
end
$$;
comment on function private.read_entry is 'As normalise_entry, of the text of a call.';

create function private.entry_of(p_resource public.resources)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'kind', p_resource.kind, 'name', p_resource.name, 'country', p_resource.country, 'topics', p_resource.topics,
    'audience', p_resource.audience, 'languages', p_resource.languages, 'words', p_resource.words,
    'sources', p_resource.sources, 'seen', p_resource.seen, 'confidence', p_resource.confidence,
    'pair', p_resource.pair,
    'contacts', coalesce((
      select jsonb_agg(jsonb_build_object('method', c.method, 'address', c.address, 'keyword', c.keyword,
        'hours', c.hours, 'time_zone', c.time_zone, 'cost', c.cost, 'languages', c.languages) order by c.position)
      from public.resource_contacts c
      where c.library_id = p_resource.library_id and c.resource_id = p_resource.id and c.removed_at is null), '[]'))
$$;
comment on function private.entry_of is 'A resource in the form that normalise_entry gives.';

create function private.write_contacts(p_library uuid, p_resource uuid, p_contacts jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_wanted record;
  v_contact uuid;
begin
  update public.resource_contacts c set removed_at = now()
  where c.library_id = p_library and c.resource_id = p_resource and c.removed_at is null;
  for v_wanted in
    select x.contact, x.place::integer, array(select jsonb_array_elements_text(x.contact -> 'languages')) as languages
    from jsonb_array_elements(p_contacts) with ordinality x (contact, place)
  loop
    -- One that was there before comes back with its checks.
    update public.resource_contacts c set removed_at = null, position = v_wanted.place
    where c.library_id = p_library and c.resource_id = p_resource and c.method = v_wanted.contact ->> 'method'
      and c.address = v_wanted.contact ->> 'address' and c.keyword = v_wanted.contact ->> 'keyword'
      and c.hours = v_wanted.contact ->> 'hours' and c.time_zone = v_wanted.contact ->> 'time_zone'
      and c.cost = v_wanted.contact ->> 'cost' and c.languages = v_wanted.languages
    returning c.id into v_contact;
    if v_contact is null then
      insert into public.resource_contacts
        (library_id, resource_id, position, method, address, keyword, hours, time_zone, cost, languages)
      values (p_library, p_resource, v_wanted.place, v_wanted.contact ->> 'method', v_wanted.contact ->> 'address',
        v_wanted.contact ->> 'keyword', v_wanted.contact ->> 'hours', v_wanted.contact ->> 'time_zone',
        v_wanted.contact ->> 'cost', v_wanted.languages);
    end if;
  end loop;
end
$$;
comment on function private.write_contacts is 'Makes these the ways to reach a resource; unchanged ones keep their rows.';

create function private.write_entry(p_library uuid, p_resource uuid, p_entry jsonb, p_by uuid, p_replaces uuid)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid := p_resource;
  v_new public.resources := jsonb_populate_record(null::public.resources, p_entry);
begin
  if exists (select 1 from public.resources r where r.library_id = p_library and r.country = v_new.country
      and r.name = v_new.name and r.withdrawn_at is null and r.id is distinct from p_resource) then
    perform private.refuse('PT409', 'name_taken', 'There is an entry of this name for this country already. Correct that one.');
  end if;
  if v_id is null then
    insert into public.resources (library_id, replaces, kind, name, country, topics, audience, languages, words, sources,
      seen, confidence, pair, changed_by)
    values (p_library, p_replaces, v_new.kind, v_new.name, v_new.country, v_new.topics, v_new.audience, v_new.languages,
      v_new.words, v_new.sources, v_new.seen, v_new.confidence, v_new.pair, p_by)
    returning id into v_id;
  else
    update public.resources r set kind = v_new.kind, name = v_new.name, country = v_new.country, topics = v_new.topics,
      audience = v_new.audience, languages = v_new.languages, words = v_new.words, sources = v_new.sources,
      seen = v_new.seen, confidence = v_new.confidence, pair = v_new.pair, changed_by = p_by, changed_at = now(),
      withdrawn_at = null, revision = r.revision + 1
    where r.id = v_id;
  end if;
  perform private.write_contacts(p_library, v_id, p_entry -> 'contacts');
  return v_id;
end
$$;
comment on function private.write_entry is 'Writes a normalised entry over a resource, which is not withdrawn any more, or as a new one (null); its id.';

create function private.require_resource(p_workspace uuid, p_resource uuid, p_revision integer)
returns public.resources
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_resource public.resources;
begin
  select * into v_resource from public.resources r
  where r.id = p_resource and r.library_id in (p_workspace, private.shared_library())
    -- What the workspace corrected, it reads and checks as it corrected it.
    and not exists (select 1 from public.resources own
      where own.replaces = r.id and own.library_id = p_workspace and own.withdrawn_at is null)
  for no key update;
  if v_resource.id is null then
    perform private.refuse('PT404', 'not_found', 'That entry is not in your library any more.');
  end if;
  if v_resource.revision is distinct from p_revision then
    perform private.refuse('PT409', 'stale_resource', 'Somebody changed this entry meanwhile. Look again before you go on.');
  end if;
  return v_resource;
end
$$;
comment on function private.require_resource is 'An entry that the workspace reads, locked, at the revision that the caller saw.';

create function private.lock_library(p_workspace uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- One writer at a time, or two could both find a name free.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('library ' || p_workspace::text, 0));
end
$$;
comment on function private.lock_library is 'Until the transaction ends, nobody else adds or corrects entries of this library.';

create function public.add_resource(p_workspace uuid, p_entry text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'professional', 'coordinator');
  v_entry jsonb := private.read_entry(p_entry);
  v_id uuid;
begin
  perform private.lock_library(p_workspace);
  if (select count(*) from public.resources r where r.library_id = p_workspace) >= 5000 then
    perform private.refuse('PT409', 'too_many_resources', 'The library holds 5,000 entries of yours, which is the most it can.');
  end if;
  if exists (select 1 from public.resources r where r.library_id = private.shared_library()
      and r.country = v_entry ->> 'country' and r.name = v_entry ->> 'name' and r.withdrawn_at is null) then
    perform private.refuse('PT409', 'name_taken', 'There is an entry of this name for this country already. Correct that one.');
  end if;
  v_id := private.write_entry(p_workspace, null, v_entry, v_me, null);
  perform private.record_event(p_workspace, v_me, 'resource_added', null, v_id, null);
  return v_id;
end
$$;
comment on function public.add_resource is 'A new entry of the workspace, not checked yet.';

create function public.correct_resource(p_workspace uuid, p_resource uuid, p_revision integer, p_entry text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'professional', 'coordinator');
  v_entry jsonb := private.read_entry(p_entry);
  v_resource public.resources;
  v_id uuid;
begin
  perform private.lock_library(p_workspace);
  v_resource := private.require_resource(p_workspace, p_resource, p_revision);
  if v_resource.withdrawn_at is not null then
    perform private.refuse('PT409', 'withdrawn', 'This entry was withdrawn. Bring it back first.');
  end if;
  if private.entry_of(v_resource) = v_entry then
    return p_resource;
  end if;
  if v_resource.owner_id is null then
    v_id := private.write_entry(p_workspace, null, v_entry, v_me, p_resource);
  else
    v_id := private.write_entry(p_workspace, p_resource, v_entry, v_me, null);
  end if;
  perform private.record_event(p_workspace, v_me, 'resource_corrected', null, v_id,
    jsonb_build_object('replaces', case when v_id <> p_resource then p_resource end));
  return v_id;
end
$$;
comment on function public.correct_resource is
  'Other facts for an entry. Of the shared part, the workspace gets an entry of its own in its place; the answer is its id.';

create function public.set_resource_withdrawn(p_workspace uuid, p_resource uuid, p_revision integer, p_withdrawn boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'professional', 'coordinator');
  v_resource public.resources;
begin
  perform private.lock_library(p_workspace);
  v_resource := private.require_resource(p_workspace, p_resource, p_revision);
  if p_withdrawn is null then
    perform private.refuse('PT400', 'choice_missing', 'Say whether to withdraw it or to bring it back.');
  end if;
  if v_resource.owner_id is null then
    perform private.refuse('PT409', 'shared', 'Entries of the shared part cannot be withdrawn here. Say that it is not right any more.');
  end if;
  if (v_resource.withdrawn_at is not null) = p_withdrawn then
    return;
  end if;
  if not p_withdrawn and exists (select 1 from public.resources r
      where r.library_id = p_workspace and r.withdrawn_at is null and (r.replaces = v_resource.replaces
        or (r.country = v_resource.country and r.name = v_resource.name))) then
    perform private.refuse('PT409', 'name_taken', 'Another entry has taken its place meanwhile.');
  end if;
  update public.resources r set withdrawn_at = case when p_withdrawn then now() end, revision = r.revision + 1,
    changed_by = v_me, changed_at = now()
  where r.id = p_resource;
  perform private.record_event(p_workspace, v_me,
    case when p_withdrawn then 'resource_withdrawn' else 'resource_restored' end, null, p_resource, null);
end
$$;
comment on function public.set_resource_withdrawn is
  'Takes an entry of the workspace out of use, or back in. A shared one that it replaced shows again.';

create function private.write_checks(
  p_workspace uuid, p_resource public.resources, p_by uuid, p_method text, p_source text, p_next_due date
)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into public.resource_checks
    (workspace_id, library_id, resource_id, contact_id, told, checked_by, method, source, next_due)
  select p_workspace, p_resource.library_id, p_resource.id, c.id, p_resource.told, p_by, p_method, p_source, p_next_due
  from (select 1) one
  left join public.resource_contacts c
    on c.library_id = p_resource.library_id and c.resource_id = p_resource.id and c.removed_at is null
$$;
comment on function private.write_checks is 'A check of every way to reach the resource, or of its words where there is none.';

create function public.check_resource(
  p_workspace uuid, p_resource uuid, p_revision integer, p_method text, p_source text, p_next_due date
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'professional', 'coordinator');
  v_source text := private.require_line(p_source, 500, 'where you looked');
  v_resource public.resources;
begin
  if p_method is null or p_method not in ('own_page', 'confirmed', 'public_body') then
    perform private.refuse('PT400', 'method_missing', 'Say how you checked it.');
  end if;
  if p_method <> 'confirmed' and not private.is_page_address(v_source) then
    perform private.refuse('PT400', 'source_invalid', 'Give the full address of the page you read, starting with https://.');
  end if;
  if p_next_due is null or p_next_due <= private.today() or p_next_due > private.today() + 366 then
    perform private.refuse('PT400', 'due_invalid', 'Choose a day for the next check, from tomorrow to a year from now.');
  end if;
  v_resource := private.require_resource(p_workspace, p_resource, p_revision);
  if v_resource.withdrawn_at is not null then
    perform private.refuse('PT409', 'withdrawn', 'This entry was withdrawn. There is nothing to check.');
  end if;
  perform private.write_checks(p_workspace, v_resource, v_me, p_method, v_source, p_next_due);
  perform private.record_event(p_workspace, v_me, 'resource_checked', null, p_resource,
    jsonb_build_object('method', p_method, 'next_due', p_next_due));
end
$$;
comment on function public.check_resource is
  'The caller looked today and found everything as it stands here. Counts in this workspace through p_next_due, unless it is changed.';

create function public.doubt_resource(p_workspace uuid, p_resource uuid, p_revision integer, p_reason text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'professional', 'coordinator');
  v_reason text := private.require_line(p_reason, 500, 'what is not right');
  v_resource public.resources;
begin
  v_resource := private.require_resource(p_workspace, p_resource, p_revision);
  perform private.write_checks(p_workspace, v_resource, v_me, 'doubt', v_reason, null);
  perform private.record_event(p_workspace, v_me, 'resource_doubted', null, p_resource, null);
end
$$;
comment on function public.doubt_resource is 'Earlier checks count no more: the entry is unchecked in this workspace until somebody checks it again.';

grant execute on function
  public.add_resource(uuid, text),
  public.correct_resource(uuid, uuid, integer, text),
  public.set_resource_withdrawn(uuid, uuid, integer, boolean),
  public.check_resource(uuid, uuid, integer, text, text, date),
  public.doubt_resource(uuid, uuid, integer, text)
to authenticated;
