-- Purpose: the address of a published post can be corrected and removed, by whoever could add it, and
-- never over somebody else's correction.
-- Touches: set_post_links (one parameter more). Locks: none.
-- Undo: drop set_post_links(uuid, text, text), restore set_post_links of 20261127010600.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.sort_links(p_draft uuid, p_links jsonb, p_known jsonb)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  -- By platform: the address there is, the one that was on the screen, the one it is to be.
  select coalesce(jsonb_object_agg(s.what, s.platforms), '{}')
  from (
    select case when k.url is not distinct from p_links ->> a.platform then 'same'
        when k.url is distinct from p_known ->> a.platform then 'differs'
        when k.url is null then 'added'
        when p_links ->> a.platform is null then 'removed'
        else 'corrected' end as what,
      jsonb_agg(a.platform order by a.platform) as platforms
    from (select jsonb_object_keys(p_links || p_known) as platform) a
    left join public.post_links k on k.draft_id = p_draft and k.platform = a.platform
    group by 1) s
$$;
comment on function private.sort_links is
  'What a change of addresses comes to: the platforms it adds, corrects and removes, those that are so already, and those that somebody else has changed.';

-- squawk-ignore ban-drop-function
drop function public.set_post_links(uuid, text);
create function public.set_post_links(p_draft uuid, p_links text, p_known text default '{}')
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_to_publish(p_draft);
  v_links jsonb := private.normalise_links(p_links);
  v_change jsonb := private.sort_links(p_draft, v_links, private.normalise_links(p_known));
begin
  if v_draft.state <> 'published' then
    perform private.refuse('PT409', 'wrong_state', 'Addresses can be added once the draft is marked published.');
  end if;
  if v_change ? 'differs' then
    perform private.refuse('PT409', 'links_differ',
      'Somebody has changed the addresses since you opened them. Nothing of yours was saved; look at them as they are now.');
  end if;
  if v_change ? 'removed' and v_draft.approval_withdrawn_at is not null and v_draft.taken_down_at is null then
    perform private.refuse('PT409', 'still_out',
      'This post has to come down, and the address says where it is. Correct it if it is wrong; once the post is recorded as taken down, it can be removed.');
  end if;
  v_change := v_change - 'same';
  if v_change <> '{}' then
    delete from public.post_links k where k.draft_id = p_draft and v_change -> 'removed' ? k.platform;
    perform private.keep_links(v_draft, (select coalesce(jsonb_object_agg(l.key, l.value), '{}') from jsonb_each(v_links) l
      where coalesce(v_change -> 'added', '[]') ? l.key or coalesce(v_change -> 'corrected', '[]') ? l.key));
    update public.drafts d
    set published_url = (select k.url from public.post_links k where k.draft_id = p_draft
        order by k.platform <> d.platform, k.platform limit 1),
      change_number = d.change_number + 1
    where d.id = p_draft;
    perform private.record_event(v_draft.workspace_id, auth.uid(), 'links_changed', p_draft, null, v_change);
  end if;
  return v_change;
end
$$;
comment on function public.set_post_links is
  'Adds, corrects and removes addresses of a published post, by its author or a coordinator. p_known: the addresses on the caller''s screen that p_links is to replace; a platform that only p_known names loses its address. Refuses where another address stands by now. Answers and records the platforms by what was done.';
grant execute on function public.set_post_links(uuid, text, text) to authenticated;
