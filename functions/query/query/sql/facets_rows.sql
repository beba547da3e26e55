-- The rows out of the counts; names only for what is shown.
SELECT 'version', (SELECT epoch || '-' || version FROM data_version), total.movies, total.exact FROM total
UNION ALL
(SELECT 'genres', ({genre_name}), shown.movies, NULL
 FROM (SELECT by_genre.*, key FROM by_genre JOIN genres USING (id) WHERE movies > 0
       ORDER BY movies DESC, key LIMIT {genres_max}) AS shown
 ORDER BY shown.movies DESC, shown.key)
UNION ALL
(SELECT 'years', year::text, movies, NULL FROM by_year WHERE movies > 0 ORDER BY year)
UNION ALL
(SELECT 'cast', ({person_name}), shown.movies, NULL
 FROM (SELECT often.*, key
       FROM (SELECT * FROM by_person ORDER BY movies DESC FETCH FIRST {cast_max} ROWS WITH TIES) AS often
       JOIN people USING (id)
       ORDER BY movies DESC, key LIMIT {cast_max}) AS shown
 ORDER BY shown.movies DESC, shown.key)
