-- Why the last attempt on a file came to no end, while it may still work later.
-- depends: 0008_search_in_one_statement

ALTER TABLE files ADD COLUMN last_error text;  -- null where no attempt broke off, or one has come to its end since
