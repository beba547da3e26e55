-- What every reader must see at any moment, in one snapshot: the data version, what it
-- holds, then a column for each thing that must be right, named for it.
WITH given AS (  -- movies as the files have them that give movies: modified last, then the greater key
    SELECT DISTINCT ON (r.movie_id) r.movie_id, r.doc
    FROM records r JOIN files f USING (content_id)
    ORDER BY r.movie_id, f.last_modified DESC, f.key DESC
), people_of AS (
    SELECT id, unnest(person_ids) AS person_id FROM movies
), genres_of AS (
    SELECT id, unnest(genre_ids) AS genre_id FROM movies
), years AS (
    SELECT year, count(*) AS movies FROM movies GROUP BY year
), decided AS (
    SELECT stored, rejected, data_version,
           (SELECT count(*) FROM records r WHERE r.content_id = f.content_id) AS records,
           (SELECT count(*) FROM rejects r WHERE r.content_id = f.content_id) AS rejects
    FROM files f WHERE state IN ('stored', 'duplicate')
)
SELECT version,
       (SELECT md5(string_agg(doc, '' ORDER BY id)) FROM movies) AS held,
       movie_count = (SELECT count(*) FROM movies) AS "the number of movies",
       file_count = (SELECT count(*) FROM files WHERE content_id IS NOT NULL) AS "the number of files",
       NOT EXISTS ((SELECT id, doc FROM movies EXCEPT SELECT * FROM given)
                   UNION ALL (SELECT * FROM given EXCEPT SELECT id, doc FROM movies)) AS "the movies that the files give",
       NOT EXISTS ((SELECT movie_id, person_id FROM movie_people EXCEPT SELECT * FROM people_of)
                   UNION ALL (SELECT * FROM people_of EXCEPT SELECT movie_id, person_id FROM movie_people)) AS "the links to people",
       NOT EXISTS ((SELECT movie_id, genre_id FROM movie_genres EXCEPT SELECT * FROM genres_of)
                   UNION ALL (SELECT * FROM genres_of EXCEPT SELECT movie_id, genre_id FROM movie_genres)) AS "the links to genres",
       NOT EXISTS ((SELECT year, movies FROM year_counts WHERE movies <> 0 EXCEPT SELECT * FROM years)
                   UNION ALL (SELECT * FROM years EXCEPT SELECT year, movies FROM year_counts)) AS "the numbers by year",
       NOT EXISTS (SELECT id FROM contents EXCEPT SELECT content_id FROM files) AS "a file for each content",
       NOT EXISTS (SELECT FROM decided WHERE (stored, rejected) IS DISTINCT FROM (records, rejects)
                   OR data_version IS NULL) AS "the counts in the ledger"
FROM data_version
