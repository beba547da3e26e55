-- The tables that a developer would make for the same movies, one row a movie;
-- sorted and indexed well, so that the peers are not slow for want of an index.
CREATE SCHEMA peer;
CREATE TABLE peer.films AS
SELECT m.id,
       m.title_key COLLATE "C" AS title_key,
       m.year,
       d ->> 'title' AS title,
       ARRAY(SELECT jsonb_array_elements_text(d -> 'cast')) AS "cast",
       ARRAY(SELECT jsonb_array_elements_text(d -> 'genres')) AS genres,
       d ->> 'href' AS href,
       d ->> 'extract' AS extract,
       d ->> 'thumbnail' AS thumbnail,
       (d ->> 'thumbnail_width')::integer AS thumbnail_width,
       (d ->> 'thumbnail_height')::integer AS thumbnail_height,
       to_tsvector('simple', concat_ws(' ', d ->> 'title', d ->> 'cast', d ->> 'extract')) AS words
FROM movies AS m, LATERAL (SELECT m.doc::jsonb AS d OFFSET 0) AS doc;
ALTER TABLE peer.films ADD PRIMARY KEY (id);
CREATE INDEX films_year ON peer.films (year, title_key, id);
CREATE INDEX films_title ON peer.films (title, year, id);
CREATE INDEX films_cast ON peer.films USING gin ("cast");
CREATE INDEX films_genres ON peer.films USING gin (genres);
CREATE INDEX films_words ON peer.films USING gin (words);
GRANT USAGE ON SCHEMA peer TO movie_query;
GRANT SELECT ON peer.films TO movie_query;
