-- The score of a full page's last movie.
, max(score) FILTER (WHERE place = {limit})
