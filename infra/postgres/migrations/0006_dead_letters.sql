-- What the Broker gave up: a hint to people and to the next comparison, which
-- brings what is missing whether it stands here or not.
-- depends: 0005_suggest

CREATE TABLE dead_letters (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bucket       text COLLATE "C" NOT NULL,  -- this and the next two: '' where the event names none
    key          text COLLATE "C" NOT NULL,
    version      text COLLATE "C" NOT NULL,
    event_id     text NOT NULL,              -- of the last event that was given up
    event_type   text NOT NULL,
    event_source text NOT NULL,
    code         smallint,                   -- status of the last answer; null: there was none
    destination  text NOT NULL,              -- who gave that answer
    first_at     timestamptz NOT NULL DEFAULT now(),
    last_at      timestamptz NOT NULL DEFAULT now(),
    times        integer NOT NULL DEFAULT 1
);
-- One row for each object version: each delivery of one message has an id of its own. Events
-- that name no key are told apart by source and id.
CREATE UNIQUE INDEX dead_letters_once ON dead_letters
    (bucket, key, version, (CASE WHEN key = '' THEN event_source || ' ' || event_id ELSE '' END));

GRANT SELECT, INSERT, UPDATE, DELETE ON dead_letters TO movie_ingest;
