-- A crosswalk that several jobs share. Times are microseconds since 1970, UTC.

CREATE TABLE meta (
	name  TEXT PRIMARY KEY,          -- account (of the target), host
	value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE side (
	id      INTEGER PRIMARY KEY,
	account TEXT NOT NULL,           -- of the source
	source  TEXT NOT NULL,
	part    TEXT NOT NULL,
	target  TEXT NOT NULL,           -- account of the target
	stream  TEXT NOT NULL,
	UNIQUE (account, source, part, target, stream)
);

CREATE TABLE link (
	side   INTEGER NOT NULL,
	key    TEXT NOT NULL,            -- of the source record
	target TEXT NOT NULL,
	how    TEXT NOT NULL,
	at     INTEGER NOT NULL,
	gone   INTEGER,                  -- when a job dropped it
	PRIMARY KEY (side, key)
) WITHOUT ROWID;
CREATE INDEX link_target ON link (side, target);
