-- One movie by id, with the data version of this very snapshot; null where there is none.
SELECT (SELECT epoch || '-' || version FROM data_version),
       (SELECT doc FROM movies WHERE id = $1)
