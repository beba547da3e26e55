-- Why the last attempt on a file came to no end, while it may still work later.
-- depends: 0006_dead_letters

ALTER TABLE files ADD COLUMN last_error text;  -- null where no attempt broke off, or one has come to its end since
