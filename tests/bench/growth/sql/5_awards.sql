-- From the proposal to the last payment.
INSERT INTO casefiles_decision (
    id, case_file_id, outcome, amount, reason, breakdown, facts, proposed_by_id, proposed_at,
    scheduled_by_id, route, decided_by_id, decided_on, decided_at, deliberation
)
SELECT n, n, CASE state WHEN 'rejected' THEN 'reject' ELSE 'grant' END,
    CASE WHEN state <> 'rejected' THEN t.amount END,
    CASE state WHEN 'rejected' THEN 'Hors des conditions.' ELSE '' END, t.computation, '{}',
    caseworker, proposed_at, CASE WHEN scheduled_at IS NOT NULL THEN head END,
    CASE p.programme WHEN 'stage-rural' THEN 'delegation' ELSE 'commission' END,
    CASE WHEN decided_at IS NOT NULL THEN decider END,
    (decided_at AT TIME ZONE 'Europe/Paris')::date, decided_at,
    CASE WHEN decided_at IS NOT NULL AND scheduled_at IS NOT NULL
        THEN 'CP-' || to_char(decided_at AT TIME ZONE 'Europe/Paris', 'YYYY-MM') ELSE '' END
FROM growth.plan p JOIN growth.tier t USING (programme, tier)
WHERE proposed_at IS NOT NULL AND n BETWEEN %(first)s AND %(last)s;

INSERT INTO awards_agendaitem (
    id, session_id, case_file_id, decision_id, proposed_outcome, proposed_amount, position,
    annex_number, status, vote, added_by_id, added_at
)
SELECT n, session_id, n, n, outcome, amount, placed.position,
    CASE WHEN placed.decided_at IS NOT NULL THEN placed.position END,
    CASE WHEN placed.decided_at IS NOT NULL THEN 'examined' ELSE 'listed' END,
    CASE WHEN placed.decided_at IS NOT NULL THEN 'follow' ELSE '' END, head, scheduled_at
FROM (
    SELECT n, s.id AS session_id, p.decided_at, p.head, p.scheduled_at,
        row_number() OVER (PARTITION BY s.id ORDER BY n) + coalesce(
            (SELECT max(position) FROM awards_agendaitem i WHERE i.session_id = s.id), 0) AS position
    FROM growth.plan p JOIN awards_session s ON s.held_on = (
        date_trunc('month', p.scheduled_at AT TIME ZONE 'Europe/Paris') + interval '1 month 14 days')
    WHERE p.scheduled_at IS NOT NULL AND n BETWEEN %(first)s AND %(last)s
) placed JOIN casefiles_decision d ON d.id = placed.n;

INSERT INTO files_storedfile (
    id, file, original_name, content_type, size, sha256, page_count, scan_status, uploaded_by_id,
    created_at
)
SELECT growth.key_of('agreement', n), 'croissance/' || growth.key_of('agreement', n),
    'convention.pdf', 'application/pdf', 90000, repeat('0', 64), 4, 'not_scanned', person,
    activated_at - interval '2 days'
FROM growth.plan WHERE activated_at IS NOT NULL AND n BETWEEN %(first)s AND %(last)s;

INSERT INTO awards_agreement (
    id, case_file_id, status, scan_id, returned_by_id, returned_at, signed_on, checked_by_id,
    checked_at
)
SELECT n, n, 'signed', growth.key_of('agreement', n),
    CASE WHEN channel = 'online' THEN person ELSE caseworker END,
    activated_at - interval '2 days', (activated_at - interval '3 days')::date, head, activated_at
FROM growth.plan WHERE activated_at IS NOT NULL AND n BETWEEN %(first)s AND %(last)s;

-- The zone of the decision is the one of today, save for three places in a hundred: those touched.
INSERT INTO awards_commitment (
    id, case_file_id, months, proof_every_months, begins_by, started_on, commune_id, zoning,
    zone_class, status, ended_on
)
SELECT n, n, 60, 12, (decided_at + interval '1 year')::date, activated_at::date, p.commune_id,
    coalesce(z.zoning, ''),
    CASE WHEN z.zoning IS NULL THEN '' WHEN growth.draw(n, 60) < 0.97 THEN z.zone_class
        WHEN z.zone_class = 'sous_dotee' THEN 'intermediaire' ELSE 'sous_dotee' END,
    CASE state WHEN 'granted' THEN 'waiting' WHEN 'active' THEN 'running'
        WHEN 'completed' THEN 'fulfilled' ELSE 'breached' END, closed_at::date
FROM growth.plan p
LEFT JOIN territory_zone z ON p.programme = 'installation' AND z.commune_id = p.commune_id
    AND z.zoning = 'masseur-kinesitherapeute' AND z.valid_during @> %(at)s::date
WHERE decided_at IS NOT NULL AND state <> 'rejected' AND programme NOT IN ('stage-rural', 'innovation')
    AND n BETWEEN %(first)s AND %(last)s;

-- A proof of practice each year: given for years past, asked for the one that comes.
CREATE TEMP TABLE proof ON COMMIT DROP AS
SELECT n * 8 + k AS id, n, person, caseworker, state, growth.key_of('proof', n * 8 + k) AS file_id,
    (activated_at + k * interval '1 year')::date AS due_on,
    activated_at + k * interval '1 year' + interval '40 days' < coalesce(closed_at, %(at)s) AS is_given
FROM growth.plan CROSS JOIN generate_series(1, 5) k
WHERE activated_at IS NOT NULL AND programme NOT IN ('stage-rural', 'innovation') AND n BETWEEN %(first)s AND %(last)s
    AND activated_at + (k - 1) * interval '1 year' < coalesce(closed_at, %(at)s);

INSERT INTO files_storedfile (
    id, file, original_name, content_type, size, sha256, page_count, scan_status, uploaded_by_id,
    created_at
)
SELECT file_id, 'croissance/' || file_id, 'exercice.pdf', 'application/pdf', 50000,
    repeat('0', 64), 1, 'not_scanned', person, due_on FROM proof WHERE is_given;

INSERT INTO awards_commitmentproof (
    id, commitment_id, due_on, status, asked_at, file_id, given_by_id, given_at, reviewed_by_id,
    reviewed_at
)
SELECT id, n, due_on, CASE WHEN is_given THEN 'accepted' WHEN state = 'active' THEN 'awaited'
        ELSE 'cancelled' END,
    CASE WHEN due_on - 30 <= %(at)s::date THEN due_on - 30 END,
    CASE WHEN is_given THEN file_id END, CASE WHEN is_given THEN person END,
    CASE WHEN is_given THEN due_on END, CASE WHEN is_given THEN caseworker END,
    CASE WHEN is_given THEN due_on + 5 END
FROM proof;
DROP TABLE proof;

-- Two halves: the first with the agreement, the second a year later against a proof.
INSERT INTO awards_instalment (
    id, case_file_id, rank, label, amount, budget_year, due_on, proof_kind, proof_label, status,
    asked_at, validated_by_id, validated_at, paid_on, treasury_number, cancelled_because
)
SELECT n * 2 + rank, n, rank, 'Versement ' || rank, amount / 2,
    extract(year FROM coalesce(due_at, decided_at + (rank - 1) * interval '1 year'))::int,
    due_at::date, CASE rank WHEN 1 THEN 'none' ELSE 'piece' END,
    CASE rank WHEN 1 THEN '' ELSE 'Attestation d’exercice' END, status,
    CASE WHEN rank = 2 AND status IN ('awaited', 'received') THEN due_at END,
    CASE WHEN status IN ('validated', 'exported', 'paid') THEN accountant END,
    CASE WHEN status IN ('validated', 'exported', 'paid') THEN due_at + interval '3 days' END,
    CASE WHEN status = 'paid' THEN (due_at + interval '12 days')::date END,
    CASE WHEN status = 'paid' THEN 'M' || n || '-' || rank ELSE '' END,
    CASE WHEN status = 'cancelled' THEN 'Convention rompue.' ELSE '' END
FROM (
    SELECT p.*, t.amount, rank, activated_at + (rank - 1) * interval '1 year' AS due_at,
        CASE WHEN state = 'granted' THEN 'planned'
            WHEN state = 'completed' THEN 'paid'
            WHEN state = 'terminated' THEN CASE rank WHEN 1 THEN 'paid' ELSE 'cancelled' END
            WHEN activated_at + (rank - 1) * interval '1 year' > %(at)s THEN 'planned'
            WHEN growth.draw(n, 40 + rank) < 0.9 THEN 'paid'
            WHEN rank = 1 THEN growth.pick('{due,validated,exported}', growth.draw(n, 43))
            ELSE growth.pick('{awaited,received,due,validated,exported}', growth.draw(n, 43))
            END AS status
    FROM growth.plan p JOIN growth.tier t USING (programme, tier) CROSS JOIN generate_series(1, 2) rank
    WHERE decided_at IS NOT NULL AND state <> 'rejected' AND n BETWEEN %(first)s AND %(last)s
) planned;

-- As the trigger writes it with each payment, and folded each night.
INSERT INTO awards_budgetentry (programme, year, committed, paid)
SELECT f.programme, i.budget_year, coalesce(sum(i.amount) FILTER (WHERE i.status <> 'cancelled'), 0),
    coalesce(sum(i.amount) FILTER (WHERE i.status = 'paid'), 0)
FROM awards_instalment i JOIN casefiles_casefile f ON f.id = i.case_file_id
WHERE f.id BETWEEN %(first)s AND %(last)s
GROUP BY f.programme, i.budget_year;
