-- The lives of files %(first)s to %(last)s. A third of the files are somebody's second request,
-- whose life is over: nobody has two open files for one aid. What others follow from is worked out
-- once (MATERIALIZED), not again for each of them.
INSERT INTO growth.plan
WITH drawn AS MATERIALIZED (
    SELECT n, n %% 3 = 0 AS is_second, n - (n %% 3 = 0)::int AS person,
        CASE WHEN n %% 3 = 0 THEN 0.13 + 0.87 * growth.draw(n, 1) ELSE growth.draw(n, 1) END AS fate,
        growth.draw(n, 2) AS age
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
), lived AS MATERIALIZED (
    SELECT *,
        -- Three in a thousand answer the call for projects: some hundreds a year at most.
        CASE WHEN growth.draw(n, 13) < 0.003 THEN 'innovation' ELSE growth.pick(
            '{installation,installation,bourse-etudes,bourse-etudes,bourse-etudes,stage-rural}',
            growth.draw(n, 3)) END AS programme,
        CASE WHEN fate < 0.05 THEN 'draft' WHEN fate < 0.075 THEN 'submitted'
            WHEN fate < 0.09 THEN 'incomplete' WHEN fate < 0.115 THEN 'under_review'
            WHEN fate < 0.122 THEN 'proposed' WHEN fate < 0.13 THEN 'scheduled'
            WHEN fate < 0.15 THEN 'granted' WHEN fate < 0.27 THEN 'rejected'
            WHEN fate < 0.32 THEN 'dismissed' WHEN fate < 0.37 THEN 'withdrawn'
            WHEN fate < 0.62 THEN 'active' WHEN fate < 0.96 THEN 'completed'
            ELSE 'terminated' END AS drawn_state
    FROM drawn
), dated AS (
    SELECT *,
        -- Nobody votes on what is decided by delegation.
        CASE WHEN drawn_state = 'scheduled' AND programme = 'stage-rural' THEN 'proposed'
            ELSE drawn_state END AS state
    FROM lived
), born AS MATERIALIZED (
    SELECT *,
        -- Days before the day of the run: what is open is recent, what is over spans ten years.
        %(at)s::timestamptz - interval '1 day' * CASE state
            WHEN 'draft' THEN 1 + 200 * age
            WHEN 'submitted' THEN CASE WHEN age > 0.96 THEN 70 ELSE 3 + 58 * age END
            WHEN 'incomplete' THEN 25 + 60 * age
            WHEN 'under_review' THEN 15 + 55 * age
            WHEN 'proposed' THEN 45 + 30 * age
            WHEN 'scheduled' THEN 45 + 20 * age
            WHEN 'granted' THEN 160 + 60 * age
            WHEN 'rejected' THEN 160 + 3400 * age
            WHEN 'dismissed' THEN 100 + 3400 * age
            WHEN 'withdrawn' THEN 60 + 3400 * age
            WHEN 'active' THEN 250 + 1500 * age
            WHEN 'completed' THEN 900 + 2700 * age
            ELSE 700 + 2900 * age END AS created_at
    FROM dated
), sent AS MATERIALIZED (
    SELECT *,
        CASE WHEN state <> 'draft' THEN created_at + interval '2 days' END AS submitted_at,
        state = 'incomplete'
            OR growth.draw(n, 4) < 0.25 AND state NOT IN ('draft', 'submitted', 'withdrawn') AS is_asked,
        state NOT IN ('draft', 'submitted', 'incomplete', 'withdrawn') AS is_reviewed,
        state NOT IN ('draft', 'submitted', 'incomplete', 'withdrawn', 'under_review', 'dismissed')
            AS is_proposed,
        state IN ('rejected', 'granted', 'active', 'completed', 'terminated') AS is_decided,
        state IN ('active', 'completed', 'terminated') AS is_activated
    FROM born
), examined AS (
    SELECT *,
        CASE WHEN is_asked THEN submitted_at + interval '4 days' END AS asked_at,
        CASE WHEN is_asked AND state <> 'incomplete' THEN submitted_at + interval '7 days' END
            AS resubmitted_at,
        CASE WHEN is_reviewed THEN submitted_at + interval '10 days' END AS reviewed_at,
        CASE WHEN is_proposed THEN submitted_at + interval '28 days' END AS proposed_at,
        CASE WHEN programme = 'stage-rural' THEN NULL
            WHEN state = 'scheduled' THEN %(at)s::timestamptz - interval '5 days' * growth.draw(n, 5)
            WHEN is_decided THEN submitted_at + interval '33 days' END AS scheduled_at
    FROM sent
), decided AS MATERIALIZED (
    SELECT *,
        -- The commission sits on the 15th of the next month.
        CASE WHEN NOT is_decided THEN NULL
            WHEN programme = 'stage-rural' THEN proposed_at + interval '5 days'
            ELSE (date_trunc('month', scheduled_at AT TIME ZONE 'Europe/Paris')
                + interval '1 month 14 days 15 hours') AT TIME ZONE 'Europe/Paris' END AS decided_at
    FROM examined
), awarded AS (
    SELECT *, CASE WHEN is_activated THEN decided_at + interval '20 days' END AS activated_at
    FROM decided
)
SELECT n, programme, state,
    growth.pick('{online,online,online,online,online,online,online,online,online,online,online,online,'
        'desk,desk,phone,post}', growth.draw(n, 6)),
    growth.reference(
        CASE programme WHEN 'installation' THEN 'INS' WHEN 'bourse-etudes' THEN 'BRS'
            WHEN 'innovation' THEN 'INV' ELSE 'STG' END,
        extract(year FROM created_at)::int, n),
    10000000 + person,
    growth.pick(%(first_names)s, growth.draw(person, 7)),
    CASE WHEN growth.draw(person, 8) < 0.004 THEN 'Martin'
        ELSE growth.pick(%(name_starts)s, growth.draw(person, 9) ^ 2)
            || growth.pick(%(name_middles)s, growth.draw(person, 14))
            || growth.pick(%(name_ends)s, growth.draw(person, 10)) END,
    '', c.insee_code, w.user_id, h.user_id, d.user_id, a.user_id, 1 + n %% 4,
    created_at, submitted_at, asked_at, resubmitted_at, reviewed_at, proposed_at, scheduled_at,
    decided_at, activated_at,
    CASE state WHEN 'rejected' THEN decided_at WHEN 'dismissed' THEN reviewed_at + interval '10 days'
        WHEN 'withdrawn' THEN submitted_at + interval '6 days'
        WHEN 'completed' THEN activated_at + interval '400 days'
            + (%(at)s::timestamptz - activated_at - interval '400 days') * growth.draw(n, 11) * 0.95
        WHEN 'terminated' THEN activated_at + interval '200 days'
            + (%(at)s::timestamptz - activated_at - interval '200 days') * growth.draw(n, 11) * 0.95
        END
FROM awarded
JOIN growth.commune c ON c.rank = width_bucket(growth.draw(n, 12),
    (SELECT array_agg(below ORDER BY rank) FROM growth.commune))
-- One more caseworker for every 2 500 files, a hundred at most.
JOIN growth.staff w ON w.role = 'caseworker' AND w.rank = 1 + n %% least(100, 4 + n / 2500)
JOIN growth.staff h ON h.role = 'head' AND h.rank = 1 + n %% 2
JOIN growth.staff d ON d.role = 'head' AND d.rank = 2 - n %% 2
JOIN growth.staff a ON a.role = 'accountant' AND a.rank = 1 + n %% 2;

UPDATE growth.plan SET
    email = lower(f_unaccent(first_name || '.' || last_name)) || '.' || person || '@exemple.fr'
WHERE n BETWEEN %(first)s AND %(last)s;
