-- The most frequent people of all. The index holds those with ten movies or more; the
-- others count only where those are too few to fill the list.
SELECT person_id, movies FROM person_counts WHERE movies >= 10
UNION ALL
SELECT person_id, movies FROM person_counts
WHERE movies BETWEEN 1 AND 9
  AND (SELECT count(*) FROM (SELECT FROM person_counts WHERE movies >= 10 LIMIT {cast_max}) AS often) < {cast_max}
