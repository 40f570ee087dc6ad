-- Purpose: nothing is granted by default; helpers that every later migration stands on.
-- Touches: default privileges, schemas private and extensions. Locks: none worth naming.
-- Undo: drop schema private cascade; the default privileges are restored by granting again.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- An embedded server starts with everything granted to everybody, a hosted project with
-- nothing: take it all away here, so that both behave as the hosted one.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

create schema if not exists extensions;
create schema private;
comment on schema private is 'Helpers of policies and functions. Not exposed through the Data API.';

revoke all on schema public from anon;
revoke create on schema public from public;
grant usage on schema public to anon, authenticated, service_role;
grant usage on schema private to authenticated, service_role;
-- So on hosted projects already; the embedded server needs it for auth.uid() in invoker functions.
grant usage on schema auth to anon, authenticated, service_role;

create function private.refuse(p_code text, p_detail text, p_message text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = p_code, message = p_message, detail = p_detail;
end
$$;
comment on function private.refuse is
  'Ends the call with an error fit for people: PTnnn becomes HTTP status nnn; detail is a word for programs. Never put a draft''s text in it: errors are logged.';

create function private.require_uid()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_me uuid := auth.uid();
begin
  if v_me is null then
    perform private.refuse('PT401', 'signed_out', 'You are signed out. Sign in again to go on.');
  end if;
  return v_me;
end
$$;
comment on function private.require_uid is 'Who is calling; refuses callers without a person behind them.';

create function private.today()
returns date
language sql
stable
set search_path = ''
as $$
  -- Not current_date: callers of the Data API may set their connection's time zone, and with it
  -- make yesterday last half a day longer.
  select (now() at time zone 'UTC')::date
$$;
comment on function private.today is 'The day it is in UTC, whatever time zone the caller asks for.';
grant execute on function private.today() to authenticated;

create function private.clean_text(p_text text)
returns text
language sql
immutable
set search_path = ''
as $$
  -- Line ends become \n; control characters other than tab and line feed go. Direction marks and
  -- joiners stay: right-to-left text and emoji need them, and pages show the unusual ones.
  select pg_catalog.regexp_replace(
    pg_catalog.replace(pg_catalog.replace(p_text, E'\r\n', E'\n'), E'\r', E'\n'),
    '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]', '', 'g')
$$;
comment on function private.clean_text is 'The text as it is kept: \n line ends, no control characters.';

create function private.one_line(p_text text)
returns text
language sql
immutable
set search_path = ''
as $$
  -- Embeddings, overrides and isolates (not the plain marks) go: unclosed in a name, they turn
  -- round whatever a page writes after it.
  select pg_catalog.btrim(pg_catalog.regexp_replace(
    pg_catalog.regexp_replace(private.clean_text(p_text), '[\u202a-\u202e\u2066-\u2069]', '', 'g'),
    '[\s\u2028\u2029]+', ' ', 'g'))
$$;
comment on function private.one_line is 'A name or title as it is kept: one line, single spaces, nothing that turns neighbouring text round.';

create function private.is_blank(p_text text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  -- White space, and characters that take no room on the screen.
  select p_text is null or p_text !~ '[^\s\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0]'
$$;
comment on function private.is_blank is 'Whether nobody would see anything of the text.';

create function private.require_text(p_text text, p_longest integer, p_what text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_text text := pg_catalog.btrim(private.clean_text(coalesce(p_text, '')), E' \t\n');
begin
  if private.is_blank(v_text) then
    perform private.refuse('PT400', 'text_missing', pg_catalog.format('Please write %s.', p_what));
  end if;
  if pg_catalog.length(v_text) > p_longest then
    perform private.refuse('PT400', 'text_too_long', pg_catalog.format(
      'That is %s characters; %s can have at most %s.', pg_catalog.length(v_text), p_what, p_longest));
  end if;
  return v_text;
end
$$;
comment on function private.require_text is
  'A cleaned, non-empty text of at most p_longest characters; p_what names it in the refusal, as in "a comment".';

create function private.require_line(p_text text, p_longest integer, p_what text)
returns text
language sql
immutable
set search_path = ''
as $$
  select private.require_text(private.one_line(p_text), p_longest, p_what)
$$;
comment on function private.require_line is 'As require_text, for names and titles: one line.';

create function private.is_web_address(p_url text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  -- No user name before an @ (it looks like the host), nothing invisible, no quotes or brackets.
  select p_url ~ '^https://([[:alnum:]-]+\.)+[[:alnum:]-]+(:[0-9]{1,5})?([/?#][^\s<>"\\\u0000-\u0020\u007f-\u00a0\u00ad\u061c\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]*)?$'
$$;
comment on function private.is_web_address is 'Whether it is a full https address that shows what it is.';

create function private.refuse_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = 'PT403', detail = 'append_only',
    message = pg_catalog.format('Rows of %s are never changed or removed.', tg_table_name);
end
$$;
comment on function private.refuse_change is 'Trigger of append-only tables: raises on update, delete and truncate.';
