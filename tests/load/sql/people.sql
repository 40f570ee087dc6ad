-- Workspaces, people, credentials. The plan is one row of load_plan: see seed.py.
-- Everything is a function of a row's number, so that two runs write the same rows.

-- A number from 0 to n - 1, the same for the same arguments on every machine.
create function pg_temp.pick(p_row bigint, p_salt integer, p_n bigint) returns integer
language sql immutable as $$ select (abs(hashint8extended(p_row, p_salt) % p_n))::integer $$;

create function pg_temp.make_id(p_kind text, p_row bigint) returns uuid
language sql immutable as $$ select md5('tandem-load/' || p_kind || '/' || p_row)::uuid $$;

create function pg_temp.pick_from(p_texts text[], p_row bigint, p_salt integer) returns text
language sql immutable as $$ select p_texts[1 + pg_temp.pick(p_row, p_salt, cardinality(p_texts))] $$;

-- The professionals who decide sit on seats 28 to 35; their number counts them alone.
create function pg_temp.decider_number(p_k bigint) returns bigint
language sql immutable as $$ select p_k / 40 * 8 + p_k % 40 - 28 $$;

insert into public.workspaces (id, name, approval_days, created_at)
select pg_temp.make_id('workspace', w), 'Load test ' || w + 1, 180, p.as_of - interval '370 days'
from load_plan p, generate_series(0, p.workspaces - 1) w;

-- Of each forty people of a workspace (seat 0 to 39): 26 influencers, 2 who are professionals
-- too, 9 professionals (the last one unchecked), 3 coordinators.
create temp table load_people as
select n, n % p.workspaces as w, n / p.workspaces as k, n / p.workspaces % 40 as seat,
  pg_temp.make_id('person', n) as id,
  pg_temp.make_id('workspace', n % p.workspaces) as workspace_id,
  pg_temp.pick_from(array['Ada', 'Amara', 'Amir', 'Ana', 'Anouk', 'Ben', 'Bilal', 'Carla', 'Chloe', 'Daniel',
    'Dilek', 'Elena', 'Emil', 'Farah', 'Femke', 'Grace', 'Hana', 'Ibrahim', 'Ines', 'Ivan',
    'Joana', 'Jonas', 'Kai', 'Lena', 'Leo', 'Lucia', 'Malik', 'Maya', 'Mei', 'Noor',
    'Oskar', 'Pilar', 'Priya', 'Rafael', 'Rosa', 'Samir', 'Sofia', 'Tomas', 'Yuki', 'Zoe'], n, 1)
  || ' ' ||
  pg_temp.pick_from(array['Abadi', 'Almeida', 'Andersen', 'Bauer', 'Becker', 'Cohen', 'Costa', 'Demir', 'Diaz', 'Dubois',
    'Eriksen', 'Fischer', 'Garcia', 'Haddad', 'Hansen', 'Hoffmann', 'Ito', 'Jansen', 'Kaya', 'Keller',
    'Khan', 'Kim', 'Kowalski', 'Lang', 'Lopez', 'Martin', 'Mendes', 'Moreau', 'Nguyen', 'Novak',
    'Okafor', 'Osei', 'Patel', 'Petrov', 'Rossi', 'Santos', 'Silva', 'Tanaka', 'Weber', 'Yilmaz'], n, 2) as name,
  pg_temp.pick_from(array['Europe/Berlin', 'Europe/Lisbon', 'Europe/London', 'America/New_York', 'Asia/Kolkata'], n, 3) as zone,
  p.as_of - interval '368 days' as joined_at
from load_plan p, generate_series(0, p.people - 1) n;
alter table load_people add primary key (w, k);

insert into public.profiles (id, display_name, time_zone, created_at)
select id, name, zone, joined_at from load_people;
insert into public.profile_contacts (profile_id, email)
select id, 'load-' || lpad(n::text, 5, '0') || '@example.org' from load_people;
insert into public.memberships (workspace_id, profile_id, roles, created_at)
select workspace_id, id, case when seat < 26 then array['influencer'] when seat < 28 then array['influencer', 'professional']
  when seat < 37 then array['professional'] else array['coordinator'] end, joined_at
from load_people;

-- Accounts without a password: whoever wants to look around asks for a code by mail.
insert into auth.users (id, aud, role, email, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select id, 'authenticated', 'authenticated', 'load-' || lpad(n::text, 5, '0') || '@example.org', joined_at,
  '{"provider": "email", "providers": ["email"]}', jsonb_build_object('name', name), joined_at, joined_at
from load_people;

-- A professional's number decides the third of the topics that their scope leaves out.
insert into public.credentials (id, workspace_id, profile_id, profession, register_url, jurisdiction, scope,
  submitted_by, submitted_at, checked_by, checked_at, expires_on)
select pg_temp.make_id('credential', c.n), c.workspace_id, c.id,
  pg_temp.pick_from(array['Psychologist', 'Psychotherapist', 'Psychiatrist'], c.n, 4),
  'https://register.example.org/entry/' || c.n,
  pg_temp.pick_from(array['Germany', 'Portugal', 'England', 'New York', 'Kerala'], c.n, 5),
  array(select t.topic from unnest(private.topics()) with ordinality t(topic, n)
    where (t.n + pg_temp.decider_number(c.k)) % 3 <> 0 order by t.topic),
  c.id, c.joined_at, case when c.seat < 36 then k.id end,
  case when c.seat < 36 then c.joined_at + interval '1 hour' end,
  case when c.seat = 27 then p.as_of::date - 20
    when c.seat < 36 then p.as_of::date + 10 + pg_temp.pick(c.n, 6, 390) end
from load_plan p, load_people c
join load_people k on k.w = c.w and k.k = c.k - c.seat + 37
where c.seat between 26 and 36;
