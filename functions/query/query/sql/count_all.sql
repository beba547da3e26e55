-- How many movies there are.
(SELECT movie_count::text FROM data_version)
