-- Purpose: the server learns at a start which rules approvals are held to, to say when others are installed.
-- Touches: one function. Locks: none. Undo: drop it.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function public.server_get_rule_set()
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select private.current_rule_set()
$$;
comment on function public.server_get_rule_set is 'The rules that approvals are held to, as the server stated them; null before it ever did.';

grant execute on function public.server_get_rule_set() to service_role;
