-- What the files of a source held when they were read: see listing.go.

-- One reading of all files of a stream. At most one of a stream has no end: the
-- one being staged, or left behind by a process that was killed.
CREATE TABLE listing (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,   -- never given again: answered files name it
	stream  INTEGER NOT NULL REFERENCES stream,
	run     INTEGER NOT NULL,
	print   TEXT NOT NULL,           -- of the files and of how they are read
	info    BLOB NOT NULL,           -- JSON of who reads
	sweep   INTEGER NOT NULL,        -- that stages its records
	started INTEGER NOT NULL,
	ended   INTEGER,
	summary BLOB                     -- JSON
);
CREATE INDEX listing_stream ON listing (stream, id);

-- Its rows, some at a time in the order of the files: each with its place, its key
-- and what became of it.
CREATE TABLE listing_page (
	listing INTEGER NOT NULL,
	number  INTEGER NOT NULL,        -- 0, 1, 2.. without a gap
	size    INTEGER NOT NULL,        -- of the body before compression
	body    BLOB NOT NULL,
	PRIMARY KEY (listing, number)
) WITHOUT ROWID;
