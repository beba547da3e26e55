-- Movies, where each of them comes from, the ledger of files, the data version.

-- fold(value): what two spellings of a name have in common; every comparison
-- and every sort key goes through it. Case, accents, typographic quotes and
-- runs of white space do not count. At most 300 characters, so that any two
-- keys fit into one index row (2,704 bytes). Not STRICT, so that it is inlined
-- (a third of the time); null gives null all the same.
CREATE FUNCTION fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left(btrim(regexp_replace(
    CASE WHEN octet_length(value) = char_length(value)  -- ASCII: the short road
    THEN lower(value COLLATE "default")
    ELSE replace(replace(replace(replace(translate(
            regexp_replace(lower(normalize(value, NFKD) COLLATE "default"), '[\u0300-\u036f]+', '', 'g'),
            E'øłđðħıŧ\u2018\u2019\u201a\u201c\u201d\u201e\u2013\u2014', E'olddhit\x27\x27\x27\x22\x22\x22--'),
            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
    END, '\s+', ' ', 'g')), 300);

-- A database whose ctype knows ASCII alone would fold 'É' to 'É' and find nothing.
DO $$
BEGIN
    IF fold('  ÉCLAIR  à la Łódź ') <> 'eclair a la lodz' THEN
        RAISE EXCEPTION 'this database lower-cases ASCII only; create it with a UTF-8 ctype such as C.UTF-8';
    END IF;
END $$;

-- What the rows below are called as a whole. Each ingest that changes a movie
-- raises it, last, in its own transaction; taking this row's lock is also what
-- puts concurrent ingests in line. The epoch tells two databases apart that
-- count through the same numbers (a rebuilt one, a restored one).
CREATE TABLE data_version (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch       text NOT NULL DEFAULT left(md5(random()::text || clock_timestamp()::text), 8),
    version     bigint NOT NULL DEFAULT 0,
    changed_at  timestamptz NOT NULL DEFAULT now(),
    movie_count bigint NOT NULL DEFAULT 0,
    file_count  bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);
INSERT INTO data_version DEFAULT VALUES;

-- One row for each different file content, however many keys hold it.
CREATE TABLE contents (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256 bytea NOT NULL UNIQUE CHECK (octet_length(sha256) = 32)
);

CREATE TYPE file_state AS ENUM (
    'received',    -- known, not yet decided
    'stored',      -- its content is in the database, and this file brought it
    'duplicate',   -- its content was there already, under another key or version
    'superseded',  -- a newer version of the key took its place, or came first
    'failed',      -- cannot be stored; reason says why
    'removed'      -- the object was deleted from the bucket; with a content_id what it gave was kept
);

-- The ledger: one row for each version of each object, whatever the events did.
CREATE TABLE files (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bucket         text COLLATE "C" NOT NULL,
    key            text COLLATE "C" NOT NULL,
    version        text COLLATE "C" NOT NULL,  -- S3's version id; the ETag where the bucket keeps none
    etag           text COLLATE "C" NOT NULL,
    sequencer      text COLLATE "C",           -- S3's order of events for one key, where it gives one
    last_modified  timestamptz,
    size_bytes     bigint,
    state          file_state NOT NULL DEFAULT 'received',
    content_id     bigint REFERENCES contents, -- set while this file gives its movies
    sha256         bytea CHECK (octet_length(sha256) = 32),
    entries        bigint,  -- records in the file = stored + merged + rejected
    stored         bigint,
    merged         bigint,  -- repeats of a (title, year, href) within the file
    rejected       bigint,
    ignored_fields text[] NOT NULL DEFAULT '{}',
    reason         text,    -- why it failed; else null
    attempts       integer NOT NULL DEFAULT 0,
    received_at    timestamptz NOT NULL DEFAULT now(),
    finished_at    timestamptz,
    data_version   bigint,  -- the version that first showed it
    UNIQUE (bucket, key, version),
    CHECK ((content_id IS NOT NULL) = (state IN ('stored', 'duplicate')) OR state = 'removed'),
    CHECK ((reason IS NOT NULL) = (state = 'failed'))
);
-- At most one version of a key gives movies.
CREATE UNIQUE INDEX files_current ON files (bucket, key) WHERE content_id IS NOT NULL;
CREATE INDEX files_content ON files (content_id) WHERE content_id IS NOT NULL;

-- Records that could not be stored, by the content they stand in.
CREATE TABLE rejects (
    content_id bigint NOT NULL REFERENCES contents ON DELETE CASCADE,
    position   bigint NOT NULL,  -- of the record in the file, from 1
    field      text,             -- null: the record as a whole
    reason     text NOT NULL,
    record     text NOT NULL,    -- as JSON in ASCII, so that it can be corrected and sent again
    PRIMARY KEY (content_id, position)
);

-- What each content says of each movie, normalised. Several contents may speak
-- of one movie; the table movies holds the one that counts.
CREATE TABLE records (
    movie_id    uuid NOT NULL,   -- UUID version 5 of (title, year, href)
    content_id  bigint NOT NULL REFERENCES contents ON DELETE CASCADE,
    title       text NOT NULL,
    year        smallint NOT NULL,
    castmembers text[] NOT NULL,
    genres      text[] NOT NULL,
    doc         text NOT NULL,   -- the JSON object as served
    PRIMARY KEY (movie_id, content_id)
);
CREATE INDEX records_content ON records (content_id);

CREATE TABLE people (
    id  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text COLLATE "C" NOT NULL UNIQUE  -- fold(name)
);
CREATE TABLE genres (
    id  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text COLLATE "C" NOT NULL UNIQUE
);

-- The movies as served. Every index below ends in the keys of the order that
-- it gives, so that a page is read from one place in one index and its cost
-- does not depend on the size of the table.
CREATE TABLE movies (
    id         uuid PRIMARY KEY,
    title_key  text COLLATE "C" NOT NULL,  -- fold(title)
    year       smallint NOT NULL,
    person_ids integer[] NOT NULL,
    genre_ids  integer[] NOT NULL,
    doc        text NOT NULL
);
CREATE INDEX movies_by_title ON movies (title_key, year, id);
CREATE INDEX movies_by_year ON movies (year, title_key, id);

-- The same movies by person and by genre. No foreign keys on purpose: a check
-- on each of some ten rows a movie would double the time of a load; ingest
-- writes them from movies.person_ids and genre_ids in one statement.
CREATE TABLE movie_people (
    person_id integer NOT NULL,
    title_key text COLLATE "C" NOT NULL,
    year      smallint NOT NULL,
    movie_id  uuid NOT NULL,
    PRIMARY KEY (person_id, title_key, year, movie_id)
);
CREATE TABLE movie_genres (
    genre_id  integer NOT NULL,
    title_key text COLLATE "C" NOT NULL,
    year      smallint NOT NULL,
    movie_id  uuid NOT NULL,
    PRIMARY KEY (genre_id, title_key, year, movie_id)
);
CREATE INDEX movie_genres_by_year ON movie_genres (genre_id, year, title_key, movie_id);

-- Least privilege. The roles themselves belong to the cluster (infra/postgres).
GRANT USAGE ON SCHEMA public TO movie_ingest, movie_query;
GRANT SELECT ON data_version, movies, people, genres, movie_people, movie_genres TO movie_query;
GRANT SELECT, UPDATE ON data_version TO movie_ingest;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON contents, files, rejects, records, people, genres, movies, movie_people, movie_genres TO movie_ingest;
