-- Times are microseconds since 1970, UTC; NULL where there is none.

CREATE TABLE meta (
	name  TEXT PRIMARY KEY,   -- job, ferry (version of the Ferry that wrote last)
	value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE note (
	name  TEXT PRIMARY KEY,
	value TEXT NOT NULL,
	at    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE account (
	id       INTEGER PRIMARY KEY,
	name     TEXT NOT NULL UNIQUE,   -- record.Account.ID
	vendor   TEXT NOT NULL,
	identity TEXT NOT NULL,
	host     TEXT NOT NULL
);

CREATE TABLE role (
	name    TEXT PRIMARY KEY,        -- source, target
	account INTEGER NOT NULL REFERENCES account
) WITHOUT ROWID;

-- A stream of an account. Part 1 holds the detail answers that complete the
-- records of part 0, under the same keys.
CREATE TABLE stream (
	id      INTEGER PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account,
	name    TEXT NOT NULL,
	part    INTEGER NOT NULL,
	live    INTEGER NOT NULL DEFAULT 0,   -- live records
	gone    INTEGER NOT NULL DEFAULT 0,   -- tombstones
	fresh   INTEGER NOT NULL DEFAULT 0,   -- 1: its records, all live and each once, have no rows in record yet
	UNIQUE (account, name, part)
);

-- A body, compressed, and the list of the records in it. The body stands last,
-- so that the columns before it are read without touching its pages.
CREATE TABLE chunk (
	id      INTEGER PRIMARY KEY,
	stream  INTEGER NOT NULL REFERENCES stream,
	fetched INTEGER NOT NULL,        -- latest reading in it
	size    INTEGER NOT NULL,        -- of the body before compression
	rows    INTEGER NOT NULL,
	idx     BLOB NOT NULL,
	body    BLOB NOT NULL
);
CREATE INDEX chunk_stream ON chunk (stream);

-- One byte a record of the chunk: 0 live, 1 superseded, 2 tombstone. Chunks
-- whose records are all live have no row here.
CREATE TABLE chunk_state (
	chunk INTEGER PRIMARY KEY,
	kept  INTEGER NOT NULL,          -- records that are not superseded
	state BLOB NOT NULL
);

CREATE TABLE record (
	stream INTEGER NOT NULL,
	key    TEXT NOT NULL,
	chunk  INTEGER NOT NULL,
	pos    INTEGER NOT NULL,         -- place in the chunk's idx
	hash   INTEGER NOT NULL,
	gone   INTEGER,                  -- when it was found deleted
	parent TEXT,                     -- of a sub-stream's record: key of the record it belongs to
	PRIMARY KEY (stream, key)
) WITHOUT ROWID;

CREATE TABLE detail (
	stream  INTEGER NOT NULL,        -- the parent stream
	sub     INTEGER NOT NULL,        -- the stream that holds the answers
	key     TEXT NOT NULL,           -- of the parent record
	hash    INTEGER NOT NULL,        -- of the list row the call was made for
	read_at INTEGER NOT NULL,
	missing INTEGER NOT NULL,
	due     INTEGER NOT NULL,        -- 1: to be asked again whatever the hash
	rows    INTEGER NOT NULL,
	keys    BLOB,                    -- of the sub-stream's records
	PRIMARY KEY (stream, sub, key)
) WITHOUT ROWID;

CREATE TABLE sweep (
	id      INTEGER PRIMARY KEY,
	stream  INTEGER NOT NULL REFERENCES stream,
	kind    TEXT NOT NULL,
	filter  TEXT NOT NULL,
	purpose TEXT NOT NULL,
	started INTEGER NOT NULL,
	since   INTEGER,
	attempt INTEGER NOT NULL,
	state   BLOB,
	ended   INTEGER,
	dropped INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX sweep_stream ON sweep (stream, kind, filter, purpose);

-- The checkpoints. Ids ascend in the order of reading.
CREATE TABLE page (
	id      INTEGER PRIMARY KEY,
	sweep   INTEGER NOT NULL REFERENCES sweep,
	variant TEXT NOT NULL,
	number  INTEGER NOT NULL,
	stripe  INTEGER NOT NULL,
	step    INTEGER NOT NULL,
	read_at INTEGER NOT NULL,
	total   INTEGER NOT NULL,
	rows    INTEGER NOT NULL,
	keys    BLOB NOT NULL
);
CREATE UNIQUE INDEX page_place ON page (sweep, stripe, step, number, variant);

CREATE TABLE certificate (
	id     INTEGER PRIMARY KEY,
	stream INTEGER NOT NULL REFERENCES stream,
	filter TEXT NOT NULL,
	run    INTEGER NOT NULL,
	at     INTEGER NOT NULL,
	body   TEXT NOT NULL             -- JSON
);
CREATE INDEX certificate_stream ON certificate (stream, id);

CREATE TABLE cursor (
	stream   INTEGER NOT NULL REFERENCES stream,
	filter   TEXT NOT NULL,
	value    INTEGER,
	swept_at INTEGER,
	PRIMARY KEY (stream, filter)
) WITHOUT ROWID;

CREATE TABLE run (
	id        INTEGER PRIMARY KEY,
	command   TEXT NOT NULL,
	version   TEXT NOT NULL,
	started   INTEGER NOT NULL,
	ended     INTEGER,
	exit      INTEGER NOT NULL,
	requests  INTEGER NOT NULL,
	resume_at INTEGER,
	text      TEXT NOT NULL
);

CREATE TABLE file (
	sha256 TEXT PRIMARY KEY,
	size   INTEGER NOT NULL,
	at     INTEGER NOT NULL
) WITHOUT ROWID;
