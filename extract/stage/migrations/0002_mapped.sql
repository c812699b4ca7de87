-- What a mapping makes of the staged records: see mapped.go.

-- One state of all mapped records of an account. At most one is not published:
-- the one being written, or left behind by a process that was killed.
CREATE TABLE generation (
	id        INTEGER PRIMARY KEY,
	account   INTEGER NOT NULL REFERENCES account,
	run       INTEGER NOT NULL,
	started   INTEGER NOT NULL,
	published INTEGER
);

-- The mapped stream that part of a mapping makes of a source stream. Its name
-- may change from one generation to the next, its source and part may not.
CREATE TABLE mapped_stream (
	id      INTEGER PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account,
	source  TEXT NOT NULL,
	part    TEXT NOT NULL,
	UNIQUE (account, source, part)
);

CREATE TABLE mapped_entry (
	generation INTEGER NOT NULL,
	number     INTEGER NOT NULL,   -- place in the mapping
	stream     INTEGER NOT NULL,
	name       TEXT NOT NULL,
	target     TEXT NOT NULL,
	hash       INTEGER NOT NULL,   -- of the rules and their lookups
	marks      BLOB NOT NULL,      -- of each stream it depends on beside its own
	keys       INTEGER,            -- of its keys and their bins; NULL where nobody refers to them
	bins       BLOB NOT NULL,      -- JSON
	PRIMARY KEY (generation, number)
) WITHOUT ROWID;

-- The reasons for which records are skipped, each with a code in the bins.
CREATE TABLE mapped_reason (
	stream INTEGER NOT NULL,
	code   INTEGER NOT NULL,
	text   TEXT NOT NULL,
	PRIMARY KEY (stream, code)
) WITHOUT ROWID;

-- What became of records of one chunk: of all, or of some that were mapped again
-- later and take the place of those in the mapped chunks before it. It is part of
-- the generations from born on and before died. Its contents stand in
-- mapped_body, so that these rows are small.
CREATE TABLE mapped_chunk (
	id     INTEGER PRIMARY KEY AUTOINCREMENT,   -- never given again: mapped_key may still name it
	stream INTEGER NOT NULL,
	source INTEGER NOT NULL,       -- the chunk; 0 once that was rewritten or dropped
	hash   INTEGER NOT NULL,       -- of the rules and their lookups
	born   INTEGER NOT NULL,
	died   INTEGER,
	keyed  INTEGER NOT NULL,       -- 1: mapped_key knows its keys
	refs   TEXT NOT NULL,          -- names of the mapped streams its records refer to, a line each
	bins   BLOB NOT NULL           -- one byte a record of the source chunk
);
CREATE INDEX mapped_chunk_stream ON mapped_chunk (stream);
CREATE INDEX mapped_chunk_source ON mapped_chunk (source);

CREATE TABLE mapped_body (
	chunk INTEGER PRIMARY KEY,
	size  INTEGER NOT NULL,        -- of the body before compression
	idx   BLOB NOT NULL,
	refs  BLOB NOT NULL,           -- compressed
	body  BLOB NOT NULL            -- compressed
);

-- Contents that no mapped chunk has any more. They are removed some at a time.
CREATE TABLE mapped_waste (chunk INTEGER PRIMARY KEY);
CREATE TRIGGER mapped_chunk_gone AFTER DELETE ON mapped_chunk BEGIN
	INSERT OR IGNORE INTO mapped_waste (chunk) VALUES (old.id);
END;

-- What changed of a mapped chunk since it was made: one byte a record of the
-- source chunk, and why records lack a parent. The latest that is not newer than
-- a generation holds for it.
CREATE TABLE mapped_state (
	chunk INTEGER NOT NULL,
	born  INTEGER NOT NULL,
	state BLOB NOT NULL,
	notes BLOB,                    -- JSON, compressed
	PRIMARY KEY (chunk, born)
) WITHOUT ROWID;

-- Where keys are mapped: sorted lists of (hash of the key, mapped chunk,
-- place in it), each list from first on.
CREATE TABLE mapped_key (
	stream  INTEGER NOT NULL,
	segment INTEGER NOT NULL,
	first   INTEGER NOT NULL,
	places  BLOB NOT NULL,
	PRIMARY KEY (stream, segment, first)
) WITHOUT ROWID;

-- A chunk that repacking rewrites keeps its id and gets other records: what was
-- mapped from it must not be taken for what it holds now.
CREATE TABLE rewritten (
	stream INTEGER PRIMARY KEY,
	times  INTEGER NOT NULL        -- chunks of it that were dropped or rewritten
);
CREATE TRIGGER chunk_gone AFTER DELETE ON chunk BEGIN
	UPDATE mapped_chunk SET source = 0 WHERE source = old.id;
	INSERT INTO rewritten (stream, times) VALUES (old.stream, 1) ON CONFLICT (stream) DO UPDATE SET times = times + 1;
END;
