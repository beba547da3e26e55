-- The id of a person's or a genre's key.
(SELECT id FROM {names} WHERE key = {key})
