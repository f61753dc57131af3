-- People, their files, what each programme asks, and the pieces.
INSERT INTO accounts_user (id, password, email, first_name, last_name, date_joined, is_fictitious)
SELECT person, '!', email, first_name, last_name, created_at, true
FROM growth.plan WHERE n BETWEEN %(first)s AND %(last)s AND n %% 3 <> 0;

INSERT INTO casefiles_casefile (
    id, reference, programme, state, channel, applicant_id, filed_by_id, owner_id, commune_id,
    first_name, last_name, email, postal_address, created_at, submitted_at, decided_at, closed_at,
    state_changed_at, legal_due_on, clock_stopped_on, computed_amount, computation, assessment,
    granted_amount, version, is_fictitious, campaign_id
)
SELECT n, reference, p.programme, state, channel,
    CASE WHEN channel = 'online' THEN person END, CASE WHEN channel <> 'online' THEN caseworker END,
    CASE WHEN reviewed_at IS NOT NULL OR state <> 'draft' AND growth.draw(n, 20) < 0.6
        THEN caseworker END,
    commune_id, first_name, last_name, email, n || ' rue de la République, 45000 Orléans',
    created_at, submitted_at, decided_at, closed_at,
    greatest(created_at, submitted_at, asked_at, resubmitted_at, reviewed_at, proposed_at,
        scheduled_at, decided_at, activated_at, closed_at),
    CASE WHEN state IN ('submitted', 'under_review', 'proposed', 'scheduled')
        THEN (submitted_at AT TIME ZONE 'Europe/Paris' + interval '2 months')::date END,
    CASE WHEN state = 'incomplete' THEN (asked_at AT TIME ZONE 'Europe/Paris')::date END,
    CASE WHEN state <> 'draft' THEN t.amount END, CASE WHEN state <> 'draft' THEN t.computation END,
    CASE WHEN state <> 'draft' THEN t.assessment END,
    CASE WHEN state IN ('granted', 'active', 'completed', 'terminated') THEN t.amount END,
    8, n %% 1000 = 0, c.campaign_id
FROM growth.plan p JOIN growth.tier t USING (programme, tier)
LEFT JOIN growth.call c ON p.programme = 'innovation' AND c.year = extract(year FROM p.created_at)
WHERE n BETWEEN %(first)s AND %(last)s;

INSERT INTO installation_installationdetail (
    case_file_id, profession, rpps, is_first_installation, structure_kind, structure_name, address,
    starts_on, practice_mode, supervisor, has_other_aid, assessed_on, zone_class, zone_label,
    zone_valid_from, zone_source, zone_is_earliest_known
)
SELECT n, 'masseur-kinesitherapeute', lpad((10000000000 + n)::text, 11, '0'), true, 'msp',
    'Maison de santé', '1 place de la Mairie', (created_at + interval '90 days')::date, 'liberal',
    'non', false, submitted_at::date, CASE WHEN state <> 'draft' THEN 'intermediaire' ELSE '' END,
    'zone intermédiaire', CASE WHEN state <> 'draft' THEN date '2016-01-01' END, 'zonage', false
FROM growth.plan WHERE programme = 'installation' AND n BETWEEN %(first)s AND %(last)s;

INSERT INTO bursaries_bursarydetail (
    case_file_id, course, school_year, year_of_study, track, faculty, country, has_other_aid, commits
)
SELECT n, 'medecine', extract(year FROM created_at)::int, 1 + n %% 6, 'zagreb',
    'Faculté de médecine', 'Croatie', false, true
FROM growth.plan WHERE programme = 'bourse-etudes' AND n BETWEEN %(first)s AND %(last)s;

INSERT INTO internships_internshipdetail (
    case_file_id, school, course, study_year, host_name, host_address, starts_on, ends_on,
    tutor_name, tutor_email, has_school_aid, has_employer_aid, has_department_bursary, assessed_on,
    density
)
SELECT n, 'Faculté de médecine', 'Médecine', 1 + n %% 6, 'Maison de santé', '1 place de la Mairie',
    (created_at + interval '20 days')::date, (created_at + interval '80 days')::date,
    'Camille Tuteur', 'tuteur@exemple.fr', false, false, false, submitted_at::date,
    CASE WHEN state <> 'draft' THEN 6 END
FROM growth.plan WHERE programme = 'stage-rural' AND n BETWEEN %(first)s AND %(last)s;

INSERT INTO innovation_proposaldetail (
    case_file_id, question_set_id, owner_kind, organisation, siret, legal_name, legal_role,
    contact_name, contact_email, title, summary, place, serves_loiret, duration_years, asked_1,
    asked_2, has_contract, answers
)
SELECT n, c.question_set_id, 'association', 'Association ' || n, lpad((10000000000000 + n)::text, 14, '0'),
    first_name || ' ' || last_name, 'Présidence', first_name || ' ' || last_name, email,
    'Projet ' || n, 'Un bus de dépistage.', 'Loiret', true, 2, t.amount / 2, t.amount / 2, true,
    jsonb_build_object('q1', 'Aller vers les habitants.', 'q2', 'Cent personnes par mois.')
FROM growth.plan p JOIN growth.tier t USING (programme, tier)
JOIN growth.call c ON c.year = extract(year FROM p.created_at)
WHERE programme = 'innovation' AND n BETWEEN %(first)s AND %(last)s;

INSERT INTO innovation_budgetline (id, proposal_id, side, position, label, year_1, year_2)
SELECT n * 4 + l.rank, n, l.side, l.rank, l.label, l.share * t.amount / 2, l.share * t.amount / 2
FROM growth.plan p JOIN growth.tier t USING (programme, tier)
CROSS JOIN (VALUES (0, 'depense', 'Salaires', 0.8), (1, 'depense', 'Véhicule', 0.6),
    (2, 'financement', 'Agence régionale de santé', 0.4)) AS l (rank, side, label, share)
WHERE programme = 'innovation' AND n BETWEEN %(first)s AND %(last)s;

-- Drafts have joined one piece, the others two or three. No file is on disk.
CREATE TEMP TABLE joined ON COMMIT DROP AS
SELECT p.n, p.n * 4 + k.rank AS id, k.kind_id, growth.key_of('piece', p.n * 4 + k.rank) AS file_id,
    p.caseworker, CASE WHEN channel = 'online' THEN person ELSE caseworker END AS added_by,
    p.created_at + interval '1 day' AS added_at, p.reviewed_at, growth.draw(p.n, 21) < 0.05 AS is_refused
FROM growth.plan p JOIN growth.piece k USING (programme)
WHERE n BETWEEN %(first)s AND %(last)s
    AND k.rank <= CASE WHEN state = 'draft' THEN 1 ELSE 2 + (growth.draw(p.n, 22) < 0.5)::int END;

INSERT INTO files_storedfile (
    id, file, original_name, content_type, size, sha256, page_count, scan_status, uploaded_by_id,
    created_at
)
SELECT file_id, 'croissance/' || file_id, 'piece.pdf', 'application/pdf', 120000,
    repeat('0', 64), 2, 'not_scanned', added_by, added_at FROM joined;

INSERT INTO casefiles_document (
    id, case_file_id, kind_id, file_id, added_by_id, added_at, status, reviewed_by_id, reviewed_at,
    comment
)
SELECT id, n, kind_id, file_id, added_by, added_at,
    CASE WHEN reviewed_at IS NULL THEN 'received' WHEN is_refused THEN 'refused' ELSE 'accepted' END,
    CASE WHEN reviewed_at IS NOT NULL THEN caseworker END, reviewed_at,
    CASE WHEN reviewed_at IS NOT NULL AND is_refused THEN 'Illisible.' ELSE '' END
FROM joined;
DROP TABLE joined;
