-- The same over all movies, from the counts that are kept.
WITH total AS (SELECT movie_count AS movies, true AS exact FROM data_version),
by_genre AS (SELECT genre_id AS id, sum(movies)::bigint AS movies FROM genre_counts GROUP BY genre_id),
by_person AS (SELECT person_id AS id, movies FROM ({most}) AS most),
by_year AS (SELECT year, movies FROM year_counts)
{rows}
