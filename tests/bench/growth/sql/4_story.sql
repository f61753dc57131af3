-- What was written about each file: moves, messages, corrections, letters.
-- Each event carries the digest of the one before, as the trigger would write it.
INSERT INTO casefiles_casefileevent (
    id, case_file_id, kind, at, actor_id, transition, from_state, to_state, comment, payload,
    is_public, sequence, salt, previous_digest
)
SELECT id, case_file_id, kind, at, actor_id, transition, from_state, to_state, comment, payload,
    is_public, sequence, salt, lag(digest, 1, :genesis) OVER story
FROM (
    SELECT event.*, growth.chained(:link) OVER story AS digest
    FROM (
        SELECT n * 16 + e.rank AS id, n AS case_file_id, e.kind, e.at, e.actor AS actor_id,
            e.transition, e.from_state, e.to_state, e.comment,
            CASE WHEN e.label = '' THEN '{}' ELSE jsonb_build_object('label', e.label) END AS payload,
            e.is_public, row_number() OVER (PARTITION BY n ORDER BY e.rank) AS sequence,
            md5('salt' || n * 16 + e.rank)::uuid AS salt, NULL::bytea AS text_digest
        FROM (
            SELECT *, CASE WHEN channel = 'online' THEN person ELSE caseworker END AS writer
            FROM growth.plan WHERE n BETWEEN %(first)s AND %(last)s
        ) p CROSS JOIN LATERAL (VALUES
            (0, 'created', created_at, writer, '', '', '', '', '', true),
            (1, 'document_added', created_at + interval '1 day', writer, '', '', '', '',
                'Pièce ajoutée : pièce d’identité', true),
            (2, 'moved', submitted_at, writer, 'submit', 'draft', 'submitted', '', '', true),
            (3, 'moved', asked_at, caseworker, 'request_changes', 'submitted', 'incomplete', '', '', true),
            (4, 'message_sent', submitted_at + interval '5 days', writer, '', '', '', '',
                'Message du demandeur', true),
            (5, 'moved', resubmitted_at, writer, 'resubmit', 'incomplete', 'submitted', '', '', true),
            (6, 'moved', CASE WHEN state = 'withdrawn' THEN closed_at END, writer, 'withdraw', 'submitted',
                'withdrawn', '', '', true),
            (7, 'assigned', reviewed_at, head, '', '', '', '', 'Attribué', false),
            (8, 'moved', reviewed_at, caseworker, 'start_review', 'submitted', 'under_review', '', '', true),
            (9, 'moved', CASE WHEN state = 'dismissed' THEN closed_at END, caseworker, 'dismiss',
                'under_review', 'dismissed', 'Demande abandonnée.', '', true),
            (10, 'moved', proposed_at, caseworker, 'propose', 'under_review', 'proposed', '', '', true),
            (11, 'moved', scheduled_at, head, 'schedule', 'proposed', 'scheduled', '', '', true),
            (12, 'moved', decided_at, decider,
                CASE WHEN state = 'rejected' THEN 'reject' ELSE 'grant' END
                    || CASE WHEN scheduled_at IS NULL THEN '_by_delegation' ELSE '' END,
                CASE WHEN scheduled_at IS NULL THEN 'proposed' ELSE 'scheduled' END,
                CASE WHEN state = 'rejected' THEN 'rejected' ELSE 'granted' END, '', '', true),
            (13, 'moved', activated_at, head, 'activate', 'granted', 'active', '', '', true),
            (14, 'moved', CASE WHEN activated_at IS NOT NULL THEN closed_at END, head,
                CASE state WHEN 'completed' THEN 'complete' ELSE 'terminate' END, 'active', state,
                'Fin de la convention.', '', true)
        ) AS e (rank, kind, at, actor, transition, from_state, to_state, comment, label, is_public)
        WHERE e.at IS NOT NULL AND e.at <= %(at)s AND e.at <= coalesce(closed_at, %(at)s)
    ) event
    WINDOW story AS (PARTITION BY case_file_id ORDER BY sequence)
) linked
WINDOW story AS (PARTITION BY case_file_id ORDER BY sequence);

-- Sealed last night.
INSERT INTO casefiles_eventhead (case_file_id, count, digest, sealed_count, sealed_digest)
SELECT n, last.sequence, last.digest, last.sequence, last.digest
FROM growth.plan CROSS JOIN LATERAL (
    SELECT sequence, :digest AS digest FROM casefiles_casefileevent event
    WHERE case_file_id = n ORDER BY sequence DESC LIMIT 1
) last
WHERE n BETWEEN %(first)s AND %(last)s;

-- One message from each applicant, an answer to two thirds. What waits for an agent is recent.
INSERT INTO casefiles_message (
    id, case_file_id, author_id, is_from_staff, body, sent_at, read_at, read_by_id
)
SELECT n * 2, n, person, false, 'Bonjour, où en est ma demande ?', sent_at,
    CASE WHEN is_read THEN sent_at + interval '1 day' END, CASE WHEN is_read THEN caseworker END
FROM (
    SELECT *, submitted_at + interval '5 days' AS sent_at,
        reviewed_at IS NOT NULL OR closed_at IS NOT NULL OR growth.draw(n, 30) < 0.7 AS is_read
    FROM growth.plan WHERE n BETWEEN %(first)s AND %(last)s
) p
WHERE channel = 'online' AND sent_at + interval '1 day' <= %(at)s;

UPDATE casefiles_casefile SET has_unread_message = true
WHERE id IN (
    SELECT case_file_id FROM casefiles_message
    WHERE case_file_id BETWEEN %(first)s AND %(last)s AND NOT is_from_staff AND read_at IS NULL
);

INSERT INTO casefiles_message (
    id, case_file_id, author_id, is_from_staff, body, sent_at, read_at, read_by_id
)
SELECT n * 2 + 1, n, caseworker, true, 'Bonjour, votre demande suit son cours.', sent_at,
    CASE WHEN is_read THEN sent_at + interval '1 day' END, CASE WHEN is_read THEN person END
FROM (
    SELECT *, submitted_at + interval '6 days' AS sent_at, growth.draw(n, 31) < 0.9 AS is_read
    FROM growth.plan WHERE n BETWEEN %(first)s AND %(last)s
) p
WHERE channel = 'online' AND growth.draw(n, 32) < 0.66 AND sent_at + interval '1 day' <= %(at)s;

INSERT INTO casefiles_changerequest (
    id, case_file_id, requested_by_id, requested_at, due_on, message, stops_clock, answered_at
)
SELECT n, n, caseworker, asked_at, (asked_at + interval '15 days')::date, 'Merci de compléter.',
    true, resubmitted_at
FROM growth.plan WHERE asked_at IS NOT NULL AND n BETWEEN %(first)s AND %(last)s;

INSERT INTO casefiles_changeitem (
    id, request_id, target, key, label, reason, is_indispensable, answered_at
)
SELECT p.n, p.n, 'document', k.slug, k.label, 'Il manque une page.', true, p.resubmitted_at
FROM growth.plan p JOIN growth.piece k ON k.programme = p.programme AND k.rank = 1
WHERE p.asked_at IS NOT NULL AND p.n BETWEEN %(first)s AND %(last)s;

-- A receipt for what was sent, a letter for what was decided.
CREATE TEMP TABLE letter ON COMMIT DROP AS
SELECT n * 2 + l.rank AS id, n, l.kind, l.at, growth.key_of('letter', n * 2 + l.rank) AS file_id
FROM growth.plan
CROSS JOIN LATERAL (VALUES (0, 'receipt', submitted_at), (1, 'decision', decided_at))
    AS l (rank, kind, at)
WHERE l.at IS NOT NULL AND n BETWEEN %(first)s AND %(last)s;

INSERT INTO files_storedfile (
    id, file, original_name, content_type, size, sha256, page_count, scan_status, created_at
)
SELECT file_id, 'croissance/' || file_id, 'courrier.pdf', 'application/pdf', 30000,
    repeat('0', 64), 1, 'not_scanned', at FROM letter;

INSERT INTO casefiles_letter (id, case_file_id, kind, file_id, issued_at)
SELECT id, n, kind, file_id, at FROM letter;
DROP TABLE letter;

-- E-mails and looks are erased after some time: those of the last two years are there. The pages
-- that are measured between two sizes leave looks too: each has the next key.
INSERT INTO notifications_outgoingemail (
    id, kind, "to", subject, text, related_reference, status, attempts, message_id, created_at, sent_at
)
SELECT n, 'casefile-receipt', email, 'Votre demande', 'Bonjour.', reference, 'sent', 1,
    '<' || n || '@croissance>', submitted_at, submitted_at + interval '1 minute'
FROM growth.plan
WHERE submitted_at > %(at)s - interval '2 years' AND n BETWEEN %(first)s AND %(last)s;

INSERT INTO casefiles_filelook (case_file_id, user_id, kind, detail, at)
SELECT n, caseworker, 'page', '', reviewed_at
FROM growth.plan
WHERE reviewed_at > %(at)s - interval '2 years' AND n BETWEEN %(first)s AND %(last)s;

-- Three jurors read each project that was examined.
CREATE TEMP TABLE reading ON COMMIT DROP AS
SELECT n * 3 + j.rank AS id, n, j.juror_id, head, reviewed_at AS at,
    round((20 * growth.draw(n, 50 + j.rank))::numeric, 4) AS mark
FROM growth.plan p JOIN growth.call c ON c.year = extract(year FROM p.created_at)
JOIN growth.juror j ON j.campaign_id = c.campaign_id
WHERE programme = 'innovation' AND reviewed_at IS NOT NULL AND n BETWEEN %(first)s AND %(last)s;

INSERT INTO juries_declaration (id, juror_id, case_file_id, has_conflict, declared_at)
SELECT id, juror_id, n, false, at FROM reading;

INSERT INTO juries_assignment (id, juror_id, case_file_id, origin, assigned_by_id, assigned_at)
SELECT id, juror_id, n, 'by_hand', head, at FROM reading;

INSERT INTO juries_review (
    id, juror_id, case_file_id, status, jury_comment, mark, saved_at, finished_at
)
SELECT id, juror_id, n, 'final', 'Projet utile.', mark, at, at FROM reading;
DROP TABLE reading;
