package budget

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// applicationID marks a SQLite file as a usage file ("FrUs").
const applicationID = 0x46725573

// schemaVersion is the newest version of the usage file that this code knows.
const schemaVersion = 1

// schema of version 1. Times are UNIX ms: of our clock in take, flight and
// claim, of the vendor's in quota.
const schema = `
CREATE TABLE usage (           -- one row a key
	id    INTEGER PRIMARY KEY,
	key   TEXT NOT NULL UNIQUE,
	state TEXT NOT NULL        -- JSON: what is known beside the rows below
);
CREATE TABLE take (            -- requests by our own hand, one row a second
	usage INTEGER NOT NULL,
	at    INTEGER NOT NULL,    -- the second's begin
	last  INTEGER NOT NULL,    -- its last take
	takes INTEGER NOT NULL,
	PRIMARY KEY (usage, at)
) WITHOUT ROWID;
CREATE TABLE quota (           -- takes of a quota window: sums over take
	usage INTEGER NOT NULL,
	start INTEGER NOT NULL,
	until INTEGER NOT NULL,
	takes INTEGER NOT NULL,
	PRIMARY KEY (usage, start, until)
) WITHOUT ROWID;
CREATE TABLE flight (          -- takes without an answer yet
	usage  INTEGER NOT NULL,
	block  INTEGER NOT NULL,   -- number of the first take in it
	takes  INTEGER NOT NULL,
	at     INTEGER NOT NULL,
	holder TEXT NOT NULL,      -- host/process/budget
	PRIMARY KEY (usage, block)
) WITHOUT ROWID;
CREATE TABLE claim (           -- imports that wait: batch jobs stand back
	usage  INTEGER NOT NULL,
	holder TEXT NOT NULL,
	until  INTEGER NOT NULL,   -- void afterwards, should the import have died
	PRIMARY KEY (usage, holder)
) WITHOUT ROWID;
`

// prepareFile makes the tables in an empty file, and refuses the files of
// other programs and of newer versions.
func prepareFile(ctx context.Context, c *sql.Conn) (err error) {
	if _, err := c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_, undo := c.ExecContext(ctx, "ROLLBACK")
			err = errors.Join(err, undo)
		}
	}()
	var id, version, tables int
	row := c.QueryRowContext(ctx, `SELECT (SELECT application_id FROM pragma_application_id),
		(SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_master)`)
	if err := row.Scan(&id, &version, &tables); err != nil {
		return err
	}
	switch {
	case id == 0 && tables == 0:
		stamp := fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d;", applicationID, schemaVersion)
		if _, err := c.ExecContext(ctx, schema+stamp); err != nil {
			return err
		}
	case id != applicationID:
		return errors.New("this database belongs to another program; name another place for the usage file")
	case version > schemaVersion:
		return fmt.Errorf("it was made by a newer Ferry (version %d of the file, this Ferry knows %d); update Ferry", version, schemaVersion)
	}
	_, err = c.ExecContext(ctx, "COMMIT")
	return err
}
