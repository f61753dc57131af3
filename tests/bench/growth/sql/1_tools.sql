-- What every other script draws from. Nothing is random: a number, and what it is drawn for, give
-- the same share of [0, 1[ on every run and every machine.
CREATE SCHEMA growth;

CREATE FUNCTION growth.draw(n bigint, purpose int) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (hashint8extended(n, purpose) & 1048575)::float8 / 1048576;

CREATE FUNCTION growth.pick(choices text[], share float8) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN choices[1 + floor(share * cardinality(choices))::int];

-- The key of a stored file: what it is for, and the key of the row that it belongs to. In order,
-- so that the rows enter at the end of their index.
CREATE FUNCTION growth.key_of(purpose text, id bigint) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (substr(md5(purpose), 1, 8) || lpad(to_hex(id), 24, '0'))::uuid;

-- As apps.core.identifiers.make_reference: ISO 7064 MOD 37,36.
CREATE FUNCTION growth.reference(prefix text, year int, number bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    digits text := lpad(number::text, greatest(5, length(number::text)), '0');
    alphabet constant text := '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    body text := prefix || year || digits;
    sum int := 18;
BEGIN
    FOR i IN 1..length(body) LOOP
        IF sum = 0 THEN sum := 36; END IF;
        sum := (sum * 2 % 37 + position(substr(body, i, 1) IN alphabet) - 1) % 36;
    END LOOP;
    IF sum = 0 THEN sum := 36; END IF;
    RETURN prefix || '-' || year || '-' || digits || '-'
        || substr(alphabet, (37 - sum * 2 % 37) % 36 + 1, 1);
END $$;

-- The digest after each event of a file, in order (apps.casefiles.event_chain).
CREATE FUNCTION growth.link(digest bytea, event bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256(digest || event);
CREATE AGGREGATE growth.chained(bytea) (
    sfunc = growth.link, stype = bytea, initcond = ':first_digest', parallel = safe
);

-- People live where people live: the share of the department below each commune.
CREATE TABLE growth.commune AS
SELECT row_number() OVER (ORDER BY insee_code) AS rank, insee_code,
    (sum(coalesce(population, 100)) OVER (ORDER BY insee_code) - coalesce(population, 100))
        / sum(coalesce(population, 100)) OVER ()::float8 AS below
FROM territory_commune;

-- Staff, by what they do: ranks begin at 1.
CREATE TABLE growth.staff (role text, rank int, user_id bigint, PRIMARY KEY (role, rank));

-- What a file of a programme asks for and says, by one of four amounts.
CREATE TABLE growth.tier (
    programme text, tier int, amount numeric, computation jsonb, assessment jsonb,
    PRIMARY KEY (programme, tier)
);

-- Pieces that a programme asks for, three at most.
CREATE TABLE growth.piece (programme text, rank int, kind_id bigint, slug text, label text);

-- The call for projects of a year: its campaign and the version of its questions.
CREATE TABLE growth.call (year int PRIMARY KEY, campaign_id bigint, question_set_id bigint);

-- Who reads the projects of a campaign: ranks begin at 0.
CREATE TABLE growth.juror (campaign_id bigint, rank int, juror_id bigint);

-- One row a file: everything that the other scripts need to know of its life.
CREATE UNLOGGED TABLE growth.plan (
    n bigint PRIMARY KEY, programme text, state text, channel text, reference text,
    person bigint, first_name text, last_name text, email text, commune_id text,
    caseworker bigint, head bigint, decider bigint, accountant bigint, tier int,
    created_at timestamptz, submitted_at timestamptz, asked_at timestamptz,
    resubmitted_at timestamptz, reviewed_at timestamptz, proposed_at timestamptz,
    scheduled_at timestamptz, decided_at timestamptz, activated_at timestamptz,
    closed_at timestamptz
);
