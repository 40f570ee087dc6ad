-- Purpose: the server records what the checker found; nothing becomes approved past a blocker.
-- Touches: functions; a trigger on drafts. Locks: drafts exclusively for a moment (the trigger).
-- Undo: drop the trigger drafts_approved_safely and the functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- What the checker reads, and with what.

create function private.review_hash(p_draft public.drafts, p_version public.draft_versions)
returns text
language sql
stable
set search_path = ''
as $$
  -- The content hash covers all that will be public: every text, images by their hash, platform, format,
  -- topic and audience countries. What the checker sees beside it belongs into this list.
  select encode(sha256(convert_to('tandem-review-1' || jsonb_build_array(
    p_version.content_hash, p_draft.context)::text, 'UTF8')), 'hex')
$$;
comment on function private.review_hash is
  'Hex SHA-256 over everything that the checker sees of a version. Whatever changes it asks for a new check and ends waivers.';

create function private.current_rule_set()
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select s.hash from public.safety_rule_sets s order by s.seq desc limit 1
$$;
comment on function private.current_rule_set is 'The rules to read with, as the server stated them; null before it ever did.';

create function private.safety_settings_of(p_workspace uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce((select s.settings from public.safety_settings s where s.workspace_id = p_workspace),
    '{"packs_off": [], "rules_off": [], "own_words": []}')
$$;
comment on function private.safety_settings_of is 'What the workspace has chosen; everything is on unless it says otherwise.';

create function private.configuration_hash(p_settings jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select encode(sha256(convert_to('tandem-safety-1' || p_settings::text, 'UTF8')), 'hex')
$$;
comment on function private.configuration_hash is 'Hex SHA-256 of what a workspace has chosen.';

create function private.names_switched_off(p_names jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_names text[];
begin
  if jsonb_typeof(p_names) is distinct from 'array' or jsonb_array_length(p_names) > 300 then
    perform private.refuse('PT400', 'settings_invalid', 'What to switch off could not be read. Nothing was changed.');
  end if;
  v_names := array(select distinct n from jsonb_array_elements_text(p_names) n order by 1);
  if exists (select 1 from unnest(v_names) n where n is null or n !~ '^[a-z0-9-]{1,60}$') then
    perform private.refuse('PT400', 'settings_invalid', 'What to switch off could not be read. Nothing was changed.');
  end if;
  return to_jsonb(v_names);
end
$$;
comment on function private.names_switched_off is 'Names of packs or rules, each once, in order.';

create function private.own_word(p_word jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_words text;
begin
  if jsonb_typeof(p_word) is distinct from 'object'
    or p_word - array['words', 'instead', 'reason', 'severity'] <> '{}'
    or coalesce(p_word ->> 'severity', '') not in ('blocker', 'warning', 'suggestion') then
    perform private.refuse('PT400', 'settings_invalid', 'One of the words could not be read. Nothing was changed.');
  end if;
  v_words := private.require_line(p_word ->> 'words', 80, 'the words to look for');
  if v_words !~ '[[:alnum:]]' then
    perform private.refuse('PT400', 'settings_invalid', 'Words to look for have a letter in them.');
  end if;
  return jsonb_build_object('words', v_words, 'severity', p_word ->> 'severity',
    'instead', private.require_line(p_word ->> 'instead', 200, 'what to write instead'),
    'reason', private.require_line(p_word ->> 'reason', 300, 'why'));
end
$$;
comment on function private.own_word is 'Words a workspace wants to be told about, as they are kept.';

create function private.normalise_safety_settings(p_settings text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_settings jsonb;
  v_own jsonb;
begin
  begin
    v_settings := p_settings::jsonb;
  exception when others then
    perform private.refuse('PT400', 'settings_invalid', 'What was chosen could not be read. Nothing was changed.');
  end;
  if length(p_settings) > 200000 or jsonb_typeof(v_settings) is distinct from 'object'
    or v_settings - array['packs_off', 'rules_off', 'own_words'] <> '{}'
    or jsonb_typeof(v_settings -> 'own_words') is distinct from 'array' then
    perform private.refuse('PT400', 'settings_invalid', 'What was chosen could not be read. Nothing was changed.');
  end if;
  if jsonb_array_length(v_settings -> 'own_words') > 100 then
    perform private.refuse('PT400', 'too_many_words', 'A workspace can look for at most 100 words of its own.');
  end if;
  if v_settings -> 'rules_off' ? 'author-at-risk' then
    perform private.refuse('PT400', 'always_on', 'That somebody may be in danger is always looked for.');
  end if;
  select coalesce(jsonb_agg(private.own_word(w.value) order by w.ordinality), '[]') into v_own
  from jsonb_array_elements(v_settings -> 'own_words') with ordinality w;
  return jsonb_build_object('packs_off', private.names_switched_off(v_settings -> 'packs_off'),
    'rules_off', private.names_switched_off(v_settings -> 'rules_off'), 'own_words', v_own);
end
$$;
comment on function private.normalise_safety_settings is 'What a workspace has chosen, as it is kept: packs_off, rules_off, own_words.';

create function public.get_safety_settings(p_workspace uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('settings', c.settings, 'configuration_hash', private.configuration_hash(c.settings),
    'changed_at', s.changed_at, 'changed_by_name', (select p.display_name from public.profiles p where p.id = s.changed_by))
  from private.safety_settings_of(p_workspace) c (settings)
  left join public.safety_settings s on s.workspace_id = p_workspace
  where p_workspace = any (private.my_workspaces())
$$;
comment on function public.get_safety_settings is 'What the workspace has switched off and added, and who did so last. Null for strangers.';

create function public.set_safety_settings(p_workspace uuid, p_settings text, p_expected text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'coordinator');
  v_settings jsonb := private.normalise_safety_settings(p_settings);
  v_before text;
  v_hash text := private.configuration_hash(v_settings);
begin
  perform 1 from public.workspaces w where w.id = p_workspace for update;
  v_before := private.configuration_hash(private.safety_settings_of(p_workspace));
  if v_before is distinct from p_expected then
    perform private.refuse('PT409', 'stale_settings', 'Somebody changed this meanwhile. Look at it again before you change it.');
  end if;
  if v_hash <> v_before then
    insert into public.safety_settings (workspace_id, settings, changed_by) values (p_workspace, v_settings, v_me)
    on conflict (workspace_id) do update set settings = v_settings, changed_by = v_me, changed_at = now();
    -- Own words are texts, so they stay out of the record.
    perform private.record_event(p_workspace, v_me, 'safety_settings_changed', null, null, jsonb_build_object(
      'packs_off', v_settings -> 'packs_off', 'rules_off', v_settings -> 'rules_off',
      'own_words', jsonb_array_length(v_settings -> 'own_words'), 'configuration_hash', v_hash));
  end if;
  return jsonb_build_object('configuration_hash', v_hash);
end
$$;
comment on function public.set_safety_settings is
  'A coordinator switches packs and rules off and adds words. p_expected: the configuration hash of what they looked at.';

-- The server's part.

create function public.server_state_rule_set(p_hash text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not coalesce(private.is_hash(p_hash), false) then
    perform private.refuse('PT400', 'hash_invalid', 'That is not the hash of a set of rules.');
  end if;
  lock table public.safety_rule_sets in share row exclusive mode;
  if private.current_rule_set() is not distinct from p_hash then
    return false;
  end if;
  insert into public.safety_rule_sets (hash) values (p_hash);
  return true;
end
$$;
comment on function public.server_state_rule_set is 'From now on the checker reads with these rules. Says whether that is new.';

create function private.version_to_approve(p_draft public.drafts)
returns integer
language sql
immutable
set search_path = ''
as $$
  select case when p_draft.state in ('in_review', 'on_hold') then p_draft.submitted_version
    when p_draft.state = 'changes_requested' then p_draft.offered_version end
$$;
comment on function private.version_to_approve is 'The version that could become approved next: in review, or offered to its author; else null.';

create function private.current_check(p_draft public.drafts, p_version public.draft_versions)
returns public.safety_checks
language sql
stable
security definer
set search_path = ''
as $$
  select c.* from public.safety_checks c
  where c.draft_id = p_version.draft_id and c.version_number = p_version.number
    and c.review_hash = private.review_hash(p_draft, p_version)
    and c.rule_set_hash = private.current_rule_set()
    and c.configuration_hash = private.configuration_hash(private.safety_settings_of(p_draft.workspace_id))
$$;
comment on function private.current_check is 'The check of exactly this state, with the rules and the configuration of now; null when there is none.';

create function public.server_get_check(p_draft uuid, p_version integer default null)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('version', v.number, 'content', v.content, 'context', d.context,
    'settings', private.safety_settings_of(d.workspace_id),
    'review_hash', private.review_hash(d, v), 'rule_set_hash', private.current_rule_set(),
    'configuration_hash', private.configuration_hash(private.safety_settings_of(d.workspace_id)),
    'checked', (private.current_check(d, v)).id is not null)
  from public.drafts d
  join public.draft_versions v on v.draft_id = d.id and v.submitted
    and v.number = coalesce(p_version, private.version_to_approve(d))
  where d.id = p_draft
$$;
comment on function public.server_get_check is
  'What the checker reads of a submitted version (the one that could become approved next unless told), what it is bound to, and whether that was done. Null when there is no such version; one that its author kept for themselves is none.';

create function public.server_record_findings(
  p_draft uuid, p_version integer, p_review_hash text, p_rule_set_hash text, p_configuration_hash text, p_findings text,
  p_blockers integer
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
  insert into public.safety_checks (workspace_id, draft_id, version_number, review_hash, rule_set_hash, configuration_hash, blockers)
  values (v_draft.workspace_id, p_draft, p_version, p_review_hash, p_rule_set_hash, p_configuration_hash, p_blockers)
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
  'The server read exactly this with the rules and configuration of now, and found this; p_blockers counts also what is not kept as rows. False: it was recorded already.';

-- Waivers.

create function private.is_waived(p_finding public.safety_findings, p_review_hash text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (select 1 from public.safety_waivers w
    where w.draft_id = p_finding.draft_id and w.version_number = p_finding.version_number
      and w.review_hash = p_review_hash and w.rule = p_finding.rule and w.said = p_finding.reason
      and w.part = p_finding.part and w.span_start = p_finding.span_start and w.span_end = p_finding.span_end
      and not exists (select 1 from public.waivers_taken_back b where b.waiver_id = w.id))
$$;
comment on function private.is_waived is 'Whether a professional answers for this finding in exactly this state of the post.';

create function private.require_waivable(p_draft public.drafts, p_version integer)
returns public.draft_versions
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_version public.draft_versions;
begin
  if p_draft.state = 'on_hold' then
    perform private.refuse('PT409', 'on_hold', 'This draft is on hold. Resume the review first; your reason is kept.');
  end if;
  if private.version_to_approve(p_draft) is distinct from p_version then
    perform private.refuse('PT409', 'already_decided', 'This version is not in review any more. Look at the draft as it is now; your reason is kept.');
  end if;
  select * into v_version from public.draft_versions v where v.draft_id = p_draft.id and v.number = p_version;
  return v_version;
end
$$;
comment on function private.require_waivable is 'The version, while somebody can still decide on it or accept it.';

create function public.waive_finding(p_finding uuid, p_reason text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_uid();
  v_finding public.safety_findings;
  v_draft public.drafts;
  v_version public.draft_versions;
  v_credential public.credentials;
  v_check public.safety_checks;
  v_waiver uuid;
  v_reason text := private.require_text(p_reason, 1000, 'why these words are right here');
begin
  select * into v_finding from public.safety_findings f where f.id = p_finding;
  v_draft := private.lock_draft(v_finding.draft_id);
  v_credential := private.require_decider(v_draft, v_draft.topic);
  v_version := private.require_waivable(v_draft, v_finding.version_number);
  v_check := private.current_check(v_draft, v_version);
  if v_check.id is distinct from v_finding.check_id then
    perform private.refuse('PT409', 'check_stale',
      'The post or the rules changed since the checker read it. Look again before you waive anything; your reason is kept.');
  end if;
  if v_finding.severity <> 'blocker' then
    perform private.refuse('PT409', 'not_a_blocker', 'This does not stop an approval, so there is nothing to waive.');
  end if;
  if private.is_waived(v_finding, v_check.review_hash) then
    perform private.refuse('PT409', 'already_waived', 'A colleague has waived this already.');
  end if;
  if (select count(*) from public.safety_waivers w
      where w.draft_id = v_draft.id and w.version_number = v_finding.version_number) >= 1000 then
    perform private.refuse('PT409', 'too_many_waivers', 'That is a thousand waivers of one version. Send it back instead.');
  end if;
  insert into public.safety_waivers (workspace_id, draft_id, version_number, review_hash, rule, category, part, span_start,
    span_end, quote, said, reason, waived_by, credential_id, credential)
  values (v_draft.workspace_id, v_draft.id, v_finding.version_number, v_check.review_hash, v_finding.rule, v_finding.category,
    v_finding.part, v_finding.span_start, v_finding.span_end, v_finding.quote, v_finding.reason, v_reason, v_me,
    v_credential.id, private.credential_snapshot(v_credential))
  returning id into v_waiver;
  update public.drafts d set change_number = d.change_number + 1 where d.id = v_draft.id;
  perform private.record_event(v_draft.workspace_id, v_me, 'finding_waived', v_draft.id, v_waiver,
    jsonb_build_object('version', v_finding.version_number, 'review_hash', v_check.review_hash));
  return v_waiver;
end
$$;
comment on function public.waive_finding is
  'A professional who may decide on the draft answers for words that a rule stops, with a reason that everybody reads. It covers exactly what is before them.';

create function public.take_back_waiver(p_waiver uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_uid();
  v_waiver public.safety_waivers;
  v_draft public.drafts;
begin
  select * into v_waiver from public.safety_waivers w where w.id = p_waiver;
  v_draft := private.lock_draft(v_waiver.draft_id);
  perform private.require_decider(v_draft, v_draft.topic);
  perform private.require_waivable(v_draft, v_waiver.version_number);
  if exists (select 1 from public.waivers_taken_back b where b.waiver_id = p_waiver) then
    perform private.refuse('PT409', 'already_taken_back', 'This waiver was taken back already.');
  end if;
  insert into public.waivers_taken_back (waiver_id, workspace_id, draft_id, taken_back_by)
  values (p_waiver, v_draft.workspace_id, v_draft.id, v_me);
  update public.drafts d set change_number = d.change_number + 1 where d.id = v_draft.id;
  perform private.record_event(v_draft.workspace_id, v_me, 'waiver_taken_back', v_draft.id, p_waiver,
    jsonb_build_object('version', v_waiver.version_number, 'review_hash', v_waiver.review_hash));
end
$$;
comment on function public.take_back_waiver is 'Anybody who may decide on the draft can end a waiver, until the version is approved.';

-- The gate. A trigger, so that it holds for every function by which a draft becomes approved, also for
-- those that are yet to be written. The row is locked by whoever updates it.

create function private.require_safe_approval()
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
  insert into public.approval_checks (workspace_id, draft_id, version_number, review_hash, rule_set_hash, configuration_hash)
  values (new.workspace_id, new.id, v_version.number, v_check.review_hash, v_check.rule_set_hash, v_check.configuration_hash);
  return new;
end
$$;
comment on function private.require_safe_approval is
  'Refuses that a draft becomes approved unless exactly this state of it was checked with the rules and configuration of now, and each blocker was waived.';

create trigger drafts_approved_safely before update on public.drafts
  for each row when (new.state in ('approved', 'published') and (old.state not in ('approved', 'published')
    or new.approved_version is distinct from old.approved_version or new.approved_hash is distinct from old.approved_hash))
  execute function private.require_safe_approval();

grant execute on function
  public.get_safety_settings(uuid), public.set_safety_settings(uuid, text, text),
  public.waive_finding(uuid, text), public.take_back_waiver(uuid)
to authenticated;
grant execute on function private.safety_settings_of(uuid), private.configuration_hash(jsonb) to authenticated;
grant execute on function
  public.server_state_rule_set(text), public.server_get_check(uuid, integer),
  public.server_record_findings(uuid, integer, text, text, text, text, integer)
to service_role;
