-- Numbers of movies by year, by genre and year, by person: facets over everything
-- and the choice between two genres cost the same however many movies there are.
-- depends: 0001_movies_and_ledger

CREATE TABLE year_counts (
    year   smallint PRIMARY KEY,
    movies bigint NOT NULL
);
CREATE TABLE genre_counts (
    genre_id integer NOT NULL,
    year     smallint NOT NULL,
    movies   bigint NOT NULL,
    PRIMARY KEY (genre_id, year)
);
CREATE TABLE person_counts (
    person_id integer PRIMARY KEY,
    movies    bigint NOT NULL
) WITH (fillfactor = 70);
-- The most frequent first; those with few movies, most of all people, stay out and cost nothing.
CREATE INDEX person_counts_most ON person_counts (movies DESC, person_id) WHERE movies >= 10;

-- The triggers act once a statement, and writers come one at a time (data_version).
-- Links are inserted and deleted, never updated; a movie's year is part of its id.
CREATE FUNCTION count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sign integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'movies' THEN
        INSERT INTO year_counts AS c
        SELECT year, sign * count(*) FROM changed GROUP BY year ORDER BY year
        ON CONFLICT (year) DO UPDATE SET movies = c.movies + EXCLUDED.movies;
    WHEN 'movie_genres' THEN
        INSERT INTO genre_counts AS c
        SELECT genre_id, year, sign * count(*) FROM changed GROUP BY genre_id, year ORDER BY genre_id, year
        ON CONFLICT (genre_id, year) DO UPDATE SET movies = c.movies + EXCLUDED.movies;
    WHEN 'movie_people' THEN
        INSERT INTO person_counts AS c
        SELECT person_id, sign * count(*) FROM changed GROUP BY person_id ORDER BY person_id
        ON CONFLICT (person_id) DO UPDATE SET movies = c.movies + EXCLUDED.movies;
    END CASE;
    RETURN NULL;
END $$;

DO $$
DECLARE
    counted text;
BEGIN
    FOREACH counted IN ARRAY ARRAY['movies', 'movie_genres', 'movie_people'] LOOP
        EXECUTE format('CREATE TRIGGER count_inserted AFTER INSERT ON %I REFERENCING NEW TABLE AS changed'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION count_changed()', counted);
        EXECUTE format('CREATE TRIGGER count_deleted AFTER DELETE ON %I REFERENCING OLD TABLE AS changed'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION count_changed()', counted);
    END LOOP;
END $$;

INSERT INTO year_counts SELECT year, count(*) FROM movies GROUP BY year;
INSERT INTO genre_counts SELECT genre_id, year, count(*) FROM movie_genres GROUP BY genre_id, year;
INSERT INTO person_counts SELECT person_id, count(*) FROM movie_people GROUP BY person_id;

GRANT SELECT ON year_counts, genre_counts, person_counts TO movie_query;
GRANT SELECT, INSERT, UPDATE ON year_counts, genre_counts, person_counts TO movie_ingest;
