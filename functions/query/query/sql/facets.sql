-- Counts by genre, by year and by the most frequent cast members, a row each, among at most
-- {limit} movies that match. Before them a row with the data version of this very snapshot,
-- how many movies were counted and whether that is all.
WITH matches AS MATERIALIZED (
    SELECT row_number() OVER () AS place, movies.id, movies.year, movies.genre_ids, movies.person_ids
    FROM ({matches}) AS keys JOIN movies ON movies.id = keys.movie_id
),
total AS (SELECT count(*) AS movies, {exact} AS exact, array_agg(id) AS ids FROM matches),
by_genre AS (
    SELECT id, count(*) AS movies, min(place) AS first
    FROM (SELECT place, unnest(genre_ids) AS id FROM matches) AS each GROUP BY id
),
by_person AS (
    SELECT id, count(*) AS movies, min(place) AS first
    FROM (SELECT place, unnest(person_ids) AS id FROM matches) AS each GROUP BY id
),
by_year AS (SELECT year, count(*) AS movies FROM matches GROUP BY year)
{rows}
