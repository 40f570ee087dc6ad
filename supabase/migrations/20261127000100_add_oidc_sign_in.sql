-- Purpose: sign-in through OpenID Connect providers: sign-ins under way, people by (issuer, subject), connecting.
-- Touches: pending_sign_ins (new), identities (one a person and issuer), web_sessions (a column); functions.
-- Locks: identities and web_sessions for a moment; neither has rows of this kind before.
-- Undo: drop pending_sign_ins, the functions, the index identities_person_issuer_idx and web_sessions.issuer.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.pending_sign_ins (
  state_hash text primary key check (state_hash ~ '^[0-9a-f]{64}$'),
  browser_hash text not null check (browser_hash ~ '^[0-9a-f]{64}$'),
  provider text not null check (length(provider) between 1 and 30),
  sealed text not null check (length(sealed) between 1 and 8000),
  created_at timestamptz not null default now()
);
create index pending_sign_ins_created_at_idx on public.pending_sign_ins (created_at);
comment on table public.pending_sign_ins is 'Sign-ins that were sent to a provider and are not back yet; good once, for ten minutes. Only the server reads and writes it.';
comment on column public.pending_sign_ins.state_hash is 'SHA-256 of the state the provider hands back, in hex.';
comment on column public.pending_sign_ins.browser_hash is 'SHA-256 of a cookie: only the browser that began can finish.';
comment on column public.pending_sign_ins.provider is 'Its name in the configuration; each has a callback address of its own.';
comment on column public.pending_sign_ins.sealed is 'Verifier, nonce and where to go afterwards, encrypted by the app with TANDEM_SESSION_KEYS.';

alter table public.pending_sign_ins enable row level security;
-- No policies and no grants: it is reached through the functions below alone.

-- squawk-ignore require-concurrent-index-creation -- nothing has written to the table before
create unique index identities_person_issuer_idx on public.identities (profile_id, issuer);
-- squawk-ignore require-concurrent-index-deletion -- nor read it; the new one serves the foreign key as well
drop index public.identities_profile_id_idx;
comment on index public.identities_person_issuer_idx is 'One account a provider: "disconnect" needs no choice.';

alter table public.web_sessions add column issuer text;
alter table public.web_sessions add constraint web_sessions_issuer_check
  check ((issuer is not null) = (method = 'oidc') and length(issuer) <= 500) not valid;
comment on column public.web_sessions.issuer is 'The OpenID Connect provider the person came through. For them access_expires_at says nothing: the app signs tokens when it needs them.';

-- --- sign-ins under way -------------------------------------------------------------------------

create function public.server_begin_sign_in(p_state_hash text, p_browser_hash text, p_provider text, p_sealed text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Arrays, because a plan made while the table was empty would look for the rows again and again.
  delete from public.pending_sign_ins p where p.state_hash = any (array(
    select o.state_hash from public.pending_sign_ins o
    where o.created_at <= now() - interval '10 minutes'
    order by o.created_at limit 50 for update skip locked));
  -- Full only under a flood. The oldest go, so that whoever needs half a minute still gets through.
  delete from public.pending_sign_ins p where p.state_hash = any (array(
    select o.state_hash from public.pending_sign_ins o
    order by o.created_at desc, o.state_hash offset 9999));
  insert into public.pending_sign_ins (state_hash, browser_hash, provider, sealed)
  values (p_state_hash, p_browser_hash, p_provider, p_sealed);
end
$$;
comment on function public.server_begin_sign_in is 'Remembers a sign-in that is sent to a provider. Sweeps those nobody came back from; keeps ten thousand at most.';

create function public.server_take_sign_in(p_state_hash text, p_browser_hash text, p_provider text)
returns text
language sql
security definer
set search_path = ''
as $$
  delete from public.pending_sign_ins p
  where p.state_hash = p_state_hash and p.browser_hash = p_browser_hash and p.provider = p_provider
    and p.created_at > now() - interval '10 minutes'
  returning p.sealed
$$;
comment on function public.server_take_sign_in is 'What was sealed at the beginning, for exactly one caller; null when it is over, of another browser, or of another provider.';

-- --- who it is ----------------------------------------------------------------------------------

create function private.has_account(p_profile uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (select 1 from auth.users u where u.id = p_profile);
end
$$;
comment on function private.has_account is 'Whether the person can sign in with a password or a mailed code as well.';

create function private.lock_identity(p_issuer text, p_subject text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- There may be no row to lock yet: two first sign-ins at once must not make two people.
  perform pg_advisory_xact_lock(hashtextextended(p_issuer || E'\x1f' || p_subject, 0));
  return (select i.profile_id from public.identities i where i.issuer = p_issuer and i.subject = p_subject);
end
$$;
comment on function private.lock_identity is 'Whose account it is, or null; whatever it is stays so until the transaction ends.';

create function private.require_session(p_id_hash text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_session public.web_sessions;
begin
  select * into v_session from public.web_sessions s where s.id_hash = p_id_hash;
  if v_session.id_hash is null or private.session_is_over(v_session) then
    perform private.refuse('PT401', 'session_over', 'You are signed out. Sign in again to go on.');
  end if;
  -- One at a time: two changes at once must not both leave "another way in" to the other.
  perform 1 from public.profiles p where p.id = v_session.profile_id for no key update;
  return v_session.profile_id;
end
$$;
comment on function private.require_session is 'Whose browser it is; refuses one that is over. Locks the person for changes to their ways to sign in.';

create function private.require_welcome(p_email text, p_invitation text, p_open_sign_up boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_invitation public.invitations;
begin
  if p_invitation = '' then
    if not p_open_sign_up then
      perform private.refuse('PT403', 'by_invitation',
        'Nobody here is connected with this account yet. If you use Tandem already, sign in the way you did before and connect the account in Settings. If you are new, ask a coordinator for an invitation.');
    end if;
    return;
  end if;
  select * into v_invitation from public.invitations i
  where i.token_hash = sha256(convert_to(left(p_invitation, 200), 'UTF8'))
    and i.accepted_at is null and i.revoked_at is null and i.expires_at > now();
  if v_invitation.id is null then
    perform private.refuse('PT409', 'invitation_closed', 'This invitation is no longer open. Ask a coordinator for a new link.');
  end if;
  -- A new account belongs to the address that was invited, as one with a password does.
  if p_email is null then
    perform private.refuse('PT403', 'email_missing',
      'The provider does not confirm an e-mail address of yours, and the invitation is for one address. Make an account with a password from the invitation; you can connect this one in Settings afterwards.');
  end if;
  if p_email <> v_invitation.email then
    perform private.refuse('PT403', 'email_other',
      'The invitation is for another e-mail address than this account has. Choose the account with that address, or make one with a password from the invitation and connect this one in Settings afterwards.');
  end if;
end
$$;
comment on function private.require_welcome is
  'Whether somebody unknown may become a person here: by an open invitation to exactly their confirmed address, or where anybody may.';

create function private.clean_email(p_email text)
returns text
language sql
immutable
set search_path = ''
as $$
  select e from (select lower(private.one_line(p_email)) as e) c
  where length(e) <= 254 and e ~ '^[^[:space:]@]+@[^[:space:]@]+$'
$$;
comment on function private.clean_email is 'The address as it is kept, or null where it is none.';

create function private.follow_identity(p_profile uuid, p_issuer text, p_email text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- The address follows the account the person was made with: Auth's, or the first one connected.
  if p_email is null or private.has_account(p_profile) or p_issuer <> (
    select i.issuer from public.identities i where i.profile_id = p_profile
    order by i.created_at, i.issuer limit 1) then
    return;
  end if;
  insert into public.profile_contacts as c (profile_id, email) values (p_profile, p_email)
  on conflict (profile_id) do update set email = excluded.email where c.email <> excluded.email;
end
$$;

create function public.server_open_identity_session(
  p_id_hash text, p_issuer text, p_subject text, p_name text, p_email text, p_sealed text,
  p_invitation text, p_open_sign_up boolean
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_profile uuid := private.lock_identity(p_issuer, p_subject);
  v_email text := private.clean_email(p_email);
  v_name text := private.one_line(p_name);
begin
  if v_profile is null then
    perform private.require_welcome(v_email, p_invitation, p_open_sign_up);
    v_profile := gen_random_uuid();
    insert into public.profiles (id, display_name) values (v_profile, left(case
      when not private.is_blank(v_name) then v_name
      else coalesce(split_part(v_email, '@', 1), 'Somebody new') end, 80));
    insert into public.identities (issuer, subject, profile_id) values (p_issuer, p_subject, v_profile);
  end if;
  perform private.follow_identity(v_profile, p_issuer, v_email);
  insert into public.web_sessions (id_hash, profile_id, method, issuer, sealed, access_expires_at)
  values (p_id_hash, v_profile, 'oidc', p_issuer, p_sealed, now());
  delete from public.web_sessions s where s.id_hash = any (array(
    select o.id_hash from public.web_sessions o
    where o.last_seen_at <= now() - interval '12 hours'
    order by o.last_seen_at limit 50 for update skip locked));
end
$$;
comment on function public.server_open_identity_session is
  'A new browser of whoever has this account at the provider; makes the person at their first sign-in, if they are welcome. p_email is one the provider confirmed, or empty.';

-- --- connecting and disconnecting ---------------------------------------------------------------

create function private.take_over_shell(p_shell uuid, p_issuer text, p_subject text, p_me uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if private.has_account(p_shell)
    or exists (select 1 from public.memberships m where m.profile_id = p_shell)
    or exists (select 1 from public.identities i where i.profile_id = p_shell
      and (i.issuer, i.subject) <> (p_issuer, p_subject)) then
    perform private.refuse('PT409', 'identity_taken', 'That account belongs to somebody else here.');
  end if;
  update public.identities i set profile_id = p_me, created_at = now()
  where i.issuer = p_issuer and i.subject = p_subject;
  delete from public.profiles p where p.id = p_shell;
exception when foreign_key_violation then
  -- Something of theirs is here, so it is somebody.
  perform private.refuse('PT409', 'identity_taken', 'That account belongs to somebody else here.');
end
$$;
comment on function private.take_over_shell is
  'Gives the account to p_me where signing in with it, before connecting it, had made a second, empty person of them.';

create function public.server_connect_identity(p_id_hash text, p_issuer text, p_subject text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_session(p_id_hash);
  v_owner uuid := private.lock_identity(p_issuer, p_subject);
begin
  if v_owner = v_me then
    return;
  end if;
  if exists (select 1 from public.identities i where i.profile_id = v_me and i.issuer = p_issuer) then
    perform private.refuse('PT409', 'issuer_connected', 'You have connected another account there. Disconnect it first.');
  end if;
  if v_owner is null then
    insert into public.identities (issuer, subject, profile_id) values (p_issuer, p_subject, v_me);
  else
    perform private.take_over_shell(v_owner, p_issuer, p_subject, v_me);
  end if;
end
$$;
comment on function public.server_connect_identity is 'From now on the account at the provider signs this browser''s person in. The caller has just seen both prove themselves.';

create function public.server_disconnect_identity(p_id_hash text, p_issuer text, p_offered text[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_session(p_id_hash);
begin
  if not exists (select 1 from public.identities i where i.profile_id = v_me and i.issuer = p_issuer) then
    perform private.refuse('PT404', 'not_found', 'That account is not connected.');
  end if;
  if not private.has_account(v_me) and not exists (
    select 1 from public.identities i
    where i.profile_id = v_me and i.issuer <> p_issuer and i.issuer = any (p_offered)) then
    perform private.refuse('PT409', 'last_way_in', 'This is your only way to sign in. Connect another account first.');
  end if;
  delete from public.identities i where i.profile_id = v_me and i.issuer = p_issuer;
  delete from public.web_sessions s
  where s.profile_id = v_me and s.issuer = p_issuer and s.id_hash <> p_id_hash;
end
$$;
comment on function public.server_disconnect_identity is
  'The account signs nobody in any more, and other browsers that came through it are signed out. Never the last way in: p_offered are the issuers that can be used today.';

create function public.list_my_ways()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_uid();
begin
  return jsonb_build_object(
    'has_account', private.has_account(v_me),
    'identities', coalesce((
      select jsonb_agg(jsonb_build_object('issuer', i.issuer, 'connected_at', i.created_at)
        order by i.created_at, i.issuer)
      from public.identities i where i.profile_id = v_me), '[]'::jsonb));
end
$$;
comment on function public.list_my_ways is 'How the caller can sign in: with a password or mailed code, and through which providers. Subjects stay here.';

grant execute on function public.list_my_ways() to authenticated;
grant execute on function
  public.server_begin_sign_in(text, text, text, text),
  public.server_take_sign_in(text, text, text),
  public.server_open_identity_session(text, text, text, text, text, text, text, boolean),
  public.server_connect_identity(text, text, text),
  public.server_disconnect_identity(text, text, text[])
to service_role;
