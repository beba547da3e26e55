-- Copies 1 to {copies} of every movie, each with a title and a cast of its own
-- ("Heat" becomes "Heat 17", Al Pacino "Al Pacino 17"); genres and years stay.
-- Indexes are made again at the end, which is the quick way.
-- The number goes behind the name, so that copies stand beside one another in
-- the order of titles, as remakes do. Ids follow from the original's.
CREATE TEMP TABLE indexes AS
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
FROM pg_index
WHERE indrelid IN ('movies'::regclass, 'movie_people'::regclass, 'movie_genres'::regclass) AND NOT indisunique;
DO $$
DECLARE each text;
BEGIN
    FOR each IN SELECT name FROM indexes LOOP EXECUTE 'DROP INDEX ' || each; END LOOP;
END $$;
ALTER TABLE movie_people DROP CONSTRAINT movie_people_pkey;
ALTER TABLE movie_genres DROP CONSTRAINT movie_genres_pkey;
ALTER TABLE movies DROP CONSTRAINT movies_pkey;
ALTER TABLE people DROP CONSTRAINT people_key_key;

CREATE TEMP TABLE originals AS
SELECT id, title_key, year, person_ids, genre_ids, doc,
       -- The document in three parts around what changes: ids and titles stand first, then year, then the cast.
       to_json((doc::jsonb ->> 'title'))::text AS title,
       substr(doc, strpos(doc, ',"year":'), strpos(doc, '"cast":[') + 8 - strpos(doc, ',"year":')) AS middle,
       substr(doc, strpos(doc, '"cast":[') + 8, strpos(doc, '],"genres":[') - strpos(doc, '"cast":[') - 8) AS "cast",
       substr(doc, strpos(doc, '],"genres":[')) AS tail
FROM movies;
CREATE TEMP TABLE widest AS SELECT max(id) AS id FROM people;

INSERT INTO people (id, key) OVERRIDING SYSTEM VALUE
SELECT people.id + copy * widest.id, left(people.key, 290) || ' ' || copy
FROM (SELECT * FROM people) AS people, widest, generate_series(1, {copies}) AS copy;
SELECT setval(pg_get_serial_sequence('people', 'id'), max(id)) FROM people;

CREATE TEMP TABLE copies AS
SELECT md5(o.id::text || copy)::uuid AS id,
       left(o.title_key, 290) || ' ' || copy AS title_key,
       o.year,
       ARRAY(SELECT person + copy * widest.id FROM unnest(o.person_ids) AS person) AS person_ids,
       o.genre_ids,
       copy,
       o.id AS original
FROM originals AS o, widest, generate_series(1, {copies}) AS copy;

INSERT INTO movies (id, title_key, year, person_ids, genre_ids, doc)
SELECT c.id, c.title_key, c.year, c.person_ids, c.genre_ids,
       '{{"id":"' || c.id || '","title":' || left(o.title, -1) || ' ' || c.copy || '"' || o.middle
       || CASE WHEN o."cast" = '' THEN ''
          ELSE left(replace(o."cast", '","', ' ' || c.copy || '","'), -1) || ' ' || c.copy || '"' END
       || o.tail
FROM copies AS c JOIN originals AS o ON o.id = c.original;
INSERT INTO movie_people (person_id, title_key, year, movie_id)
SELECT unnest(person_ids), title_key, year, id FROM copies;
INSERT INTO movie_genres (genre_id, title_key, year, movie_id)
SELECT unnest(genre_ids), title_key, year, id FROM copies;

ALTER TABLE people ADD UNIQUE (key);
ALTER TABLE movies ADD PRIMARY KEY (id);
ALTER TABLE movie_people ADD PRIMARY KEY (person_id, title_key, year, movie_id);
ALTER TABLE movie_genres ADD PRIMARY KEY (genre_id, title_key, year, movie_id);
DO $$
DECLARE each text;
BEGIN
    FOR each IN SELECT definition FROM indexes LOOP EXECUTE each; END LOOP;
END $$;
UPDATE data_version SET version = version + 1, changed_at = now(), movie_count = (SELECT count(*) FROM movies);
