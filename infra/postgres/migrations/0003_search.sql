-- Full text search that forgives a wrong, missing or doubled letter in a title
-- or a person's name. Everything here is filled by triggers and an index, in
-- the transaction that changes the movies.
-- depends: 0002_counts

-- plain(value): lower case, no accents, typographic quotes and dashes as ASCII has them.
CREATE FUNCTION plain(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN octet_length(value) = char_length(value)  -- ASCII: the short road
    THEN lower(value COLLATE "default")
    ELSE replace(replace(replace(replace(translate(
            regexp_replace(lower(normalize(value, NFKD) COLLATE "default"), '[\u0300-\u036f]+', '', 'g'),
            E'øłđðħıŧ\u2018\u2019\u201a\u201c\u201d\u201e\u2013\u2014', E'olddhit\x27\x27\x27\x22\x22\x22--'),
            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
    END;

-- What it was, by way of plain(): one place says what case and accents are.
CREATE OR REPLACE FUNCTION fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left(btrim(regexp_replace(plain(value), '\s+', ' ', 'g')), 300);

-- spaced(value): its words, plain, a space between them; apostrophes close up ("Pan's" is
-- pans), all other punctuation parts.
CREATE FUNCTION spaced(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN btrim(regexp_replace(
    replace(plain(value), '''', ''), '[\s!-/:-@\[-`{-~«»¿¡·]+', ' ', 'g'));
CREATE FUNCTION words(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN string_to_array(spaced(value), ' ');

-- search_terms(title_key, doc): what a movie is found by. Words of its title and of
-- its cast stand with a plus before them, those of its extract as they are. No word
-- is longer than 100 characters: a lexeme has 2,046 bytes at most. From PostgreSQL 17 on
-- an index is built and analysed with a search_path of its own: hence the schema's name.
CREATE FUNCTION search_terms(title_key text, doc text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    movie json := doc;
    names text := public.spaced(title_key || ' ' || (movie -> 'cast')::text);
    terms text := public.spaced(left(coalesce(movie ->> 'extract', ''), 20000));
BEGIN
    IF names <> '' THEN
        terms := '+' || replace(names, ' ', ' +') || ' ' || terms;
    END IF;
    IF terms ~ '[^ ]{101}' THEN
        terms := regexp_replace(terms, '([^ ]{100})[^ ]*', '\1', 'g');
    END IF;
    RETURN array_to_tsvector(array_remove(string_to_array(terms, ' '), ''));
END $$;

CREATE INDEX movies_terms ON movies USING gin (search_terms(title_key, doc));

-- How many movies have a term, counted in one movie of 32 (chosen by its id): enough to
-- tell the terms that very many have, and cheap to keep.
CREATE TABLE term_counts (
    term   text COLLATE "C" PRIMARY KEY,
    movies bigint NOT NULL
);
CREATE FUNCTION is_counted(id uuid) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN get_byte(uuid_send(id), 15) & 31 = 0;

-- The words of titles and of people's names, found by any spelling that is one letter
-- away. A word that no name has any more stays; it finds nothing.
CREATE TABLE name_words (
    word text COLLATE "C" PRIMARY KEY
);
-- near_spellings(word): the word, and the word without each of its letters. Two words
-- one letter apart (wrong, missing, doubled or swapped) have one of these in common,
-- so that near words are found by equality, however many words there are.
CREATE FUNCTION near_spellings(word text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    spellings text[] := ARRAY[word];
BEGIN
    IF length(word) BETWEEN 3 AND 40 THEN
        FOR place IN 1..length(word) LOOP
            spellings := spellings || (left(word, place - 1) || substr(word, place + 1));
        END LOOP;
    END IF;
    RETURN spellings;
END $$;
CREATE INDEX name_words_near ON name_words USING gin (near_spellings(word));

-- finish_index(name): moves what the last statements left unsorted in a GIN index to its
-- place. Searches read all that is left, up to 4 MB each time, and autovacuum does not
-- come for a few movies among millions. Only an index's owner may do this.
CREATE FUNCTION finish_index(name text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
RETURN gin_clean_pending_list(to_regclass(name));
REVOKE ALL ON FUNCTION finish_index FROM PUBLIC;

CREATE FUNCTION add_name_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Under the writers' lock nobody else adds any.
    IF TG_TABLE_NAME = 'people' THEN
        INSERT INTO name_words
        SELECT DISTINCT word FROM changed, unnest(words(key)) AS word ORDER BY word
        ON CONFLICT DO NOTHING;
    ELSE
        INSERT INTO name_words
        SELECT DISTINCT word FROM changed, unnest(words(title_key)) AS word ORDER BY word
        ON CONFLICT DO NOTHING;
    END IF;
    PERFORM finish_index('name_words_near');
    RETURN NULL;
END $$;
CREATE TRIGGER name_words_of_people AFTER INSERT ON people REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION add_name_words();
-- A movie's title is part of its id: an update changes no title.
CREATE TRIGGER name_words_of_movies AFTER INSERT ON movies REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION add_name_words();

CREATE FUNCTION count_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO term_counts AS c
        SELECT term, -count(*) FROM before, unnest(tsvector_to_array(search_terms(title_key, doc))) AS term
        WHERE is_counted(id) GROUP BY term ORDER BY term
        ON CONFLICT (term) DO UPDATE SET movies = c.movies + EXCLUDED.movies;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO term_counts AS c
        SELECT term, count(*) FROM after, unnest(tsvector_to_array(search_terms(title_key, doc))) AS term
        WHERE is_counted(id) GROUP BY term ORDER BY term
        ON CONFLICT (term) DO UPDATE SET movies = c.movies + EXCLUDED.movies;
        PERFORM finish_index('movies_terms');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER terms_inserted AFTER INSERT ON movies REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION count_terms();
CREATE TRIGGER terms_updated AFTER UPDATE ON movies REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION count_terms();
CREATE TRIGGER terms_deleted AFTER DELETE ON movies REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION count_terms();

INSERT INTO name_words
SELECT DISTINCT word FROM (
    SELECT unnest(words(key)) FROM people UNION SELECT unnest(words(title_key)) FROM movies
) AS found(word);
INSERT INTO term_counts
SELECT term, count(*) FROM movies, unnest(tsvector_to_array(search_terms(title_key, doc))) AS term
WHERE is_counted(id) GROUP BY term;

GRANT EXECUTE ON FUNCTION finish_index TO movie_ingest;
GRANT SELECT ON name_words, term_counts TO movie_query;
GRANT SELECT, INSERT, UPDATE ON name_words, term_counts TO movie_ingest;
