-- The most frequent people of all. The index holds those with ten movies or more; the
-- others count only where those are too few to fill the list. As many as are shown are read
-- off its front, and all who have as many movies as the last of them: names decide among these.
(SELECT person_id, movies FROM person_counts WHERE movies >= 10
 ORDER BY movies DESC FETCH FIRST {cast_max} ROWS WITH TIES)
UNION ALL
SELECT person_id, movies FROM person_counts
WHERE movies BETWEEN 1 AND 9
  AND (SELECT count(*) FROM (SELECT FROM person_counts WHERE movies >= 10 LIMIT {cast_max}) AS often) < {cast_max}
