-- Purpose: every change to people: invite, accept, give roles, suspend, check credentials.
-- Touches: functions only. Undo: drop the functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.sorted_roles(p_roles text[])
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_roles text[] := array(select distinct r from unnest(p_roles) r order by r);
begin
  if cardinality(v_roles) = 0 or not v_roles <@ array['influencer', 'professional', 'coordinator'] then
    perform private.refuse('PT400', 'roles_invalid', 'Choose at least one role: influencer, professional or coordinator.');
  end if;
  return v_roles;
end
$$;

create function private.new_invitation(p_workspace uuid, p_email text, p_roles text[], p_invited_by uuid)
returns table (id uuid, token text, expires_at timestamptz)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_email text := lower(private.require_line(p_email, 254, 'an e-mail address'));
  v_token text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
begin
  if v_email !~ '^[^[:space:]@]+@[^[:space:]@]+\.[^[:space:]@]+$' then
    perform private.refuse('PT400', 'email_invalid', 'That does not look like an e-mail address.');
  end if;
  return query
    insert into public.invitations as i (workspace_id, email, roles, token_hash, invited_by, expires_at)
    values (p_workspace, v_email, private.sorted_roles(p_roles),
      sha256(convert_to(v_token, 'UTF8')), p_invited_by, now() + interval '7 days')
    returning i.id, v_token, i.expires_at;
end
$$;
comment on function private.new_invitation is 'The token has 244 random bits; only its hash is kept.';

create function public.invite_person(p_workspace uuid, p_email text, p_roles text[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'coordinator');
  v_invitation record;
begin
  if (select count(*) from public.invitations i
      where i.workspace_id = p_workspace and i.accepted_at is null and i.revoked_at is null
        and i.expires_at > now()) >= 200 then
    perform private.refuse('PT409', 'too_many_invitations', 'There are 200 open invitations. Take some back first.');
  end if;
  select * into v_invitation from private.new_invitation(p_workspace, p_email, p_roles, v_me);
  perform private.record_event(p_workspace, v_me, 'person_invited', null, v_invitation.id,
    jsonb_build_object('roles', private.sorted_roles(p_roles)));
  return jsonb_build_object('id', v_invitation.id, 'token', v_invitation.token, 'expires_at', v_invitation.expires_at);
end
$$;
comment on function public.invite_person is 'A link that works once, for seven days. The answer holds its token, which is shown this one time.';

create function public.revoke_invitation(p_workspace uuid, p_invitation uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'coordinator');
begin
  update public.invitations i set revoked_at = now()
  where i.workspace_id = p_workspace and i.id = p_invitation
    and i.accepted_at is null and i.revoked_at is null;
  if not found then
    perform private.refuse('PT409', 'invitation_closed', 'That invitation is already used or taken back.');
  end if;
  perform private.record_event(p_workspace, v_me, 'invitation_revoked', null, p_invitation, null);
end
$$;

create function public.server_peek_invitation(p_token text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('workspace_name', w.name, 'roles', i.roles, 'email', i.email)
  from public.invitations i
  join public.workspaces w on w.id = i.workspace_id
  where i.token_hash = sha256(convert_to(left(p_token, 200), 'UTF8'))
    and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
$$;
comment on function public.server_peek_invitation is 'What an open invitation offers, or null when it is used, taken back, expired or unknown.';

create function public.accept_invitation(p_token text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_uid();
  v_invitation public.invitations;
  v_member public.memberships;
begin
  if not exists (select 1 from public.profiles p where p.id = v_me) then
    perform private.refuse('PT409', 'profile_missing', 'There is no profile yet. Sign in once more, then open the link again.');
  end if;
  select * into v_invitation from public.invitations i
  where i.token_hash = sha256(convert_to(left(p_token, 200), 'UTF8')) for update;
  if v_invitation.id is null or v_invitation.revoked_at is not null or v_invitation.accepted_at is not null
    or v_invitation.expires_at <= now() then
    perform private.refuse('PT409', 'invitation_closed',
      'This invitation is no longer open. Ask a coordinator for a new link.');
  end if;
  select * into v_member from public.memberships m
  where m.workspace_id = v_invitation.workspace_id and m.profile_id = v_me for no key update;
  if v_member.suspended_at is not null then
    perform private.refuse('PT403', 'suspended', 'Your access to this workspace is suspended. A coordinator can let you back in.');
  end if;
  insert into public.memberships as m (workspace_id, profile_id, roles)
  values (v_invitation.workspace_id, v_me, v_invitation.roles)
  on conflict (workspace_id, profile_id)
    do update set roles = private.sorted_roles(m.roles || excluded.roles);
  update public.invitations set accepted_at = now(), accepted_by = v_me where id = v_invitation.id;
  perform private.record_event(v_invitation.workspace_id, v_me, 'invitation_accepted', null, v_invitation.id,
    jsonb_build_object('roles', v_invitation.roles));
  return jsonb_build_object('workspace_id', v_invitation.workspace_id, 'roles', v_invitation.roles);
end
$$;
comment on function public.accept_invitation is 'Joins the workspace with the roles offered, in addition to those already held.';

create function public.server_create_workspace(p_name text, p_email text)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_workspace uuid;
  v_invitation record;
begin
  insert into public.workspaces (name) values (private.require_line(p_name, 80, 'a name for the workspace'))
  returning id into v_workspace;
  select * into v_invitation from private.new_invitation(v_workspace, p_email, array['coordinator'], null);
  perform private.record_event(v_workspace, null, 'workspace_created', null, v_invitation.id, null);
  return v_invitation.token;
end
$$;
comment on function public.server_create_workspace is 'A new workspace and the token of its first coordinator''s invitation.';

create function private.require_coordinator_alone(p_workspace uuid)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_role(p_workspace, 'coordinator');
  -- The workspace row is the lock: two coordinators leaving at once must not both be "not the last".
  -- No key update, because adding to the audit record looks at this row and must not wait for us
  -- while we wait for it.
  perform 1 from public.workspaces w where w.id = p_workspace for no key update;
  -- Whoever was waited for may have taken the caller's own role.
  return private.require_role(p_workspace, 'coordinator');
end
$$;
comment on function private.require_coordinator_alone is
  'The caller, a coordinator, who is the only one changing members'' roles until the transaction ends.';

create function private.require_other_coordinator(p_workspace uuid, p_profile uuid)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not exists (
    select 1 from public.memberships m
    where m.workspace_id = p_workspace and m.profile_id <> p_profile
      and m.suspended_at is null and 'coordinator' = any (m.roles)) then
    perform private.refuse('PT409', 'last_coordinator',
      'This is the workspace''s last coordinator. Make somebody else coordinator first.');
  end if;
end
$$;

create function private.require_member(p_workspace uuid, p_profile uuid)
returns public.memberships
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_member public.memberships;
begin
  select * into v_member from public.memberships m
  where m.workspace_id = p_workspace and m.profile_id = p_profile for no key update;
  if v_member.profile_id is null then
    perform private.refuse('PT404', 'not_found', 'That person does not belong to this workspace.');
  end if;
  return v_member;
end
$$;

create function private.close_invitations_of(p_workspace uuid, p_profile uuid, p_by uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  for v_id in
    update public.invitations i set revoked_at = now()
    where i.workspace_id = p_workspace and i.invited_by = p_profile
      and i.accepted_at is null and i.revoked_at is null
    returning i.id
  loop
    perform private.record_event(p_workspace, p_by, 'invitation_revoked', null, v_id, null);
  end loop;
end
$$;
comment on function private.close_invitations_of is
  'Takes back a person''s open invitations: a link made before they lost the right must not let them back in by another door.';

create function public.set_roles(p_workspace uuid, p_profile uuid, p_roles text[], p_expected text[])
returns text[]
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_coordinator_alone(p_workspace);
  v_roles text[] := private.sorted_roles(p_roles);
  v_member public.memberships;
begin
  if not 'coordinator' = any (v_roles) then
    perform private.require_other_coordinator(p_workspace, p_profile);
  end if;
  v_member := private.require_member(p_workspace, p_profile);
  if v_member.roles <> private.sorted_roles(p_expected) then
    perform private.refuse('PT409', 'stale_roles', 'Somebody changed this person''s roles meanwhile. Look again before you change them.');
  end if;
  update public.memberships m set roles = v_roles
  where m.workspace_id = p_workspace and m.profile_id = p_profile;
  if not v_member.roles <@ v_roles then
    perform private.end_sessions_of(p_profile);
  end if;
  if not 'coordinator' = any (v_roles) then
    perform private.close_invitations_of(p_workspace, p_profile, v_me);
  end if;
  perform private.record_event(p_workspace, v_me, 'roles_changed', null, p_profile,
    jsonb_build_object('from', v_member.roles, 'to', v_roles));
  return v_roles;
end
$$;
comment on function public.set_roles is 'Taking a role away signs the person out everywhere; without the coordinator''s, their open invitations are taken back.';

create function public.set_suspended(p_workspace uuid, p_profile uuid, p_suspended boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_coordinator_alone(p_workspace);
  v_member public.memberships;
begin
  if p_suspended is null then
    perform private.refuse('PT400', 'choice_missing', 'Say whether to suspend or to let back in.');
  end if;
  if p_suspended then
    perform private.require_other_coordinator(p_workspace, p_profile);
  end if;
  v_member := private.require_member(p_workspace, p_profile);
  if (v_member.suspended_at is not null) is not distinct from p_suspended then
    return;
  end if;
  update public.memberships m set suspended_at = case when p_suspended then now() end
  where m.workspace_id = p_workspace and m.profile_id = p_profile;
  if p_suspended then
    perform private.end_sessions_of(p_profile);
    perform private.close_invitations_of(p_workspace, p_profile, v_me);
  end if;
  perform private.record_event(p_workspace, v_me,
    case when p_suspended then 'person_suspended' else 'person_reinstated' end, null, p_profile, null);
end
$$;
comment on function public.set_suspended is 'A suspended person is signed out at once and sees nothing of the workspace; what they wrote stays.';

create function private.require_credential_input(
  p_profession text, p_register_url text, p_jurisdiction text, p_scope text[]
)
returns public.credentials
language plpgsql
stable
set search_path = ''
as $$
declare
  v_new public.credentials;
begin
  v_new.profession := private.require_line(p_profession, 80, 'a profession');
  v_new.register_url := private.require_text(p_register_url, 500, 'the address of the register entry');
  v_new.jurisdiction := private.require_line(p_jurisdiction, 80, 'a country or state');
  v_new.scope := array(select distinct s from unnest(p_scope) s order by s);
  if not private.is_web_address(v_new.register_url) then
    perform private.refuse('PT400', 'register_url_invalid', 'The register entry needs a full address that starts with https://.');
  end if;
  if cardinality(v_new.scope) = 0 or not v_new.scope <@ private.topics() then
    perform private.refuse('PT400', 'scope_invalid', 'Choose at least one topic from the list.');
  end if;
  return v_new;
end
$$;

create function public.submit_credential(
  p_workspace uuid, p_profile uuid, p_profession text, p_register_url text, p_jurisdiction text, p_scope text[]
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'professional', 'coordinator');
  v_new public.credentials;
  v_member public.memberships;
begin
  if p_profile is distinct from v_me then
    v_me := private.require_role(p_workspace, 'coordinator');
  end if;
  v_new := private.require_credential_input(p_profession, p_register_url, p_jurisdiction, p_scope);
  v_member := private.require_member(p_workspace, p_profile);
  if not 'professional' = any (v_member.roles) then
    perform private.refuse('PT409', 'not_a_professional', 'This person is not a professional in this workspace.');
  end if;
  if (select count(*) from public.credentials c where c.workspace_id = p_workspace and c.profile_id = p_profile
      and c.checked_at is null and c.revoked_at is null) >= 5 then
    perform private.refuse('PT409', 'too_many_unchecked', 'Five entries are already waiting to be checked.');
  end if;
  insert into public.credentials (workspace_id, profile_id, profession, register_url, jurisdiction, scope, submitted_by)
  values (p_workspace, p_profile, v_new.profession, v_new.register_url, v_new.jurisdiction, v_new.scope, v_me)
  returning id into v_new.id;
  perform private.record_event(p_workspace, v_me, 'credential_submitted', null, v_new.id,
    jsonb_build_object('profile_id', p_profile));
  return v_new.id;
end
$$;
comment on function public.submit_credential is 'Unchecked until a coordinator other than the professional has looked it up.';

create function public.check_credential(p_workspace uuid, p_credential uuid, p_expires_on date)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'coordinator');
  v_credential public.credentials;
begin
  select * into v_credential from public.credentials c
  where c.workspace_id = p_workspace and c.id = p_credential for update;
  if v_credential.id is null then
    perform private.refuse('PT404', 'not_found', 'That entry is not in this workspace.');
  end if;
  if v_credential.profile_id = v_me then
    perform private.refuse('PT403', 'own_credential', 'Somebody else has to check your own entry.');
  end if;
  if v_credential.checked_at is not null or v_credential.revoked_at is not null then
    perform private.refuse('PT409', 'already_checked', 'That entry was checked or withdrawn already.');
  end if;
  if p_expires_on is null or p_expires_on < private.today() or p_expires_on > private.today() + 730 then
    perform private.refuse('PT400', 'expiry_invalid', 'Choose a last day between today and two years from now.');
  end if;
  update public.credentials c set checked_by = v_me, checked_at = now(), expires_on = p_expires_on
  where c.id = p_credential;
  perform private.record_event(p_workspace, v_me, 'credential_checked', null, p_credential,
    jsonb_build_object('profile_id', v_credential.profile_id, 'expires_on', p_expires_on));
end
$$;

create function public.revoke_credential(p_workspace uuid, p_credential uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'coordinator');
begin
  update public.credentials c set revoked_at = now()
  where c.workspace_id = p_workspace and c.id = p_credential and c.revoked_at is null;
  if not found then
    perform private.refuse('PT409', 'already_revoked', 'That entry is not there any more.');
  end if;
  perform private.record_event(p_workspace, v_me, 'credential_revoked', null, p_credential, null);
end
$$;
comment on function public.revoke_credential is 'From now on the person cannot decide under it. Decisions already made keep their snapshot.';

create function public.update_profile(p_display_name text, p_time_zone text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_uid();
  v_name text := private.require_line(p_display_name, 80, 'a name');
begin
  if not exists (select 1 from pg_catalog.pg_timezone_names z where z.name = p_time_zone) then
    perform private.refuse('PT400', 'time_zone_unknown', 'That time zone is not known. Choose one from the list.');
  end if;
  update public.profiles p set display_name = v_name, time_zone = p_time_zone where p.id = v_me;
  if not found then
    perform private.refuse('PT404', 'not_found', 'There is no profile yet. Sign in once more.');
  end if;
end
$$;

grant execute on function
  public.invite_person(uuid, text, text[]),
  public.revoke_invitation(uuid, uuid),
  public.accept_invitation(text),
  public.set_roles(uuid, uuid, text[], text[]),
  public.set_suspended(uuid, uuid, boolean),
  public.submit_credential(uuid, uuid, text, text, text, text[]),
  public.check_credential(uuid, uuid, date),
  public.revoke_credential(uuid, uuid),
  public.update_profile(text, text)
to authenticated;
grant execute on function public.server_peek_invitation(text), public.server_create_workspace(text, text) to service_role;
