-- Counts by genre, by year and by the most frequent cast members, as a JSON object, among
-- at most {limit} movies that match; with the data version of this very snapshot.
WITH matches AS MATERIALIZED (
    SELECT movies.year, movies.genre_ids, movies.person_ids
    FROM ({matches}) AS keys JOIN movies ON movies.id = keys.movie_id
),
by_genre AS (SELECT id, count(*) AS movies FROM (SELECT unnest(genre_ids) AS id FROM matches) AS each GROUP BY id),
by_year AS (SELECT year, count(*) AS movies FROM matches GROUP BY year),
by_person AS (SELECT id, count(*) AS movies FROM (SELECT unnest(person_ids) AS id FROM matches) AS each GROUP BY id),
total AS (SELECT count(*) AS movies, {exact} AS exact FROM matches)
{answer}
