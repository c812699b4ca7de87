-- What a load is going to do, what it did, and which record is which: see
-- planned.go, ledger.go and crosswalk.go.

-- One state is kept in no column: a plan without a hash is being written, or was
-- left behind by a process that was killed.
CREATE TABLE plan (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,   -- never given again: attempts name it
	kind       TEXT NOT NULL,
	run        INTEGER NOT NULL,
	undoes     INTEGER NOT NULL,
	made       INTEGER NOT NULL,
	hash       TEXT,
	state      TEXT NOT NULL,
	approved   INTEGER,
	approver   TEXT NOT NULL,
	source     TEXT NOT NULL,
	target     TEXT NOT NULL,
	generation INTEGER NOT NULL,
	rests      BLOB,                 -- JSON
	summary    BLOB                  -- JSON
);

-- The two streams between which links are kept.
CREATE TABLE side (
	id      INTEGER PRIMARY KEY,
	account TEXT NOT NULL,           -- of the source
	source  TEXT NOT NULL,
	part    TEXT NOT NULL,
	target  TEXT NOT NULL,           -- account of the target
	stream  TEXT NOT NULL,
	UNIQUE (account, source, part, target, stream)
);

CREATE TABLE plan_entry (
	id     INTEGER PRIMARY KEY AUTOINCREMENT,
	plan   INTEGER NOT NULL,
	number INTEGER NOT NULL,         -- place in the plan
	name   TEXT NOT NULL,
	side   INTEGER NOT NULL,
	hash   INTEGER NOT NULL,         -- of the rules and their lookups
	UNIQUE (plan, number)
);
CREATE INDEX plan_entry_name ON plan_entry (name);

-- Some items of an entry that follow each other in the order of their keys. Of a
-- plan being written there are several sorted runs; a finished one has run 0
-- alone. Contents stand in plan_body, so that these rows are small to write.
CREATE TABLE plan_pack (
	id    INTEGER PRIMARY KEY AUTOINCREMENT,
	entry INTEGER NOT NULL,          -- plan_entry.id
	run   INTEGER NOT NULL,
	first BLOB NOT NULL,             -- place in the order of its first key
	bins  BLOB NOT NULL              -- one byte an item
);
CREATE INDEX plan_pack_first ON plan_pack (entry, run, first);

CREATE TABLE plan_body (
	pack INTEGER PRIMARY KEY,
	size INTEGER NOT NULL,           -- of the body before compression
	idx  BLOB NOT NULL,              -- keys and actions
	body BLOB NOT NULL               -- targets and notes, compressed
);

-- Why items are in their bins, where there is something to say.
CREATE TABLE plan_why (
	pack INTEGER NOT NULL,
	pos  INTEGER NOT NULL,
	why  BLOB NOT NULL,              -- JSON
	PRIMARY KEY (pack, pos)
) WITHOUT ROWID;

-- The crosswalk.
CREATE TABLE link (
	side   INTEGER NOT NULL,
	key    TEXT NOT NULL,            -- of the source record
	target TEXT NOT NULL,
	how    TEXT NOT NULL,
	run    INTEGER NOT NULL,
	at     INTEGER NOT NULL,
	PRIMARY KEY (side, key)
) WITHOUT ROWID;
CREATE INDEX link_target ON link (side, target);

-- Links that were dropped, until a shared crosswalk was told, so that it does not
-- give them back.
CREATE TABLE link_gone (
	side   INTEGER NOT NULL,
	key    TEXT NOT NULL,
	target TEXT NOT NULL,
	at     INTEGER NOT NULL,
	PRIMARY KEY (side, key)
) WITHOUT ROWID;

CREATE TABLE written (
	side INTEGER NOT NULL,
	key  TEXT NOT NULL,
	run  INTEGER NOT NULL,
	at   INTEGER NOT NULL,
	sent BLOB,                       -- JSON
	back BLOB,                       -- JSON
	PRIMARY KEY (side, key)
) WITHOUT ROWID;

-- The ledger. A row is there before its request leaves.
CREATE TABLE attempt (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	plan    INTEGER NOT NULL,
	run     INTEGER NOT NULL,
	side    INTEGER NOT NULL,
	key     TEXT NOT NULL,
	step    INTEGER NOT NULL,
	kind    TEXT NOT NULL,
	action  TEXT NOT NULL,
	target  TEXT NOT NULL,
	batch   INTEGER NOT NULL,        -- id of the first in the same request; 0 alone
	state   TEXT NOT NULL,
	sent    INTEGER,
	ended   INTEGER,
	status  INTEGER NOT NULL,
	class   TEXT NOT NULL,
	message TEXT NOT NULL,
	effects TEXT NOT NULL,           -- JSON
	fields  BLOB,                    -- JSON
	back    BLOB                     -- JSON
);
CREATE INDEX attempt_key ON attempt (side, key);
CREATE INDEX attempt_state ON attempt (state);
CREATE INDEX attempt_plan ON attempt (plan);
CREATE INDEX attempt_run ON attempt (run);
