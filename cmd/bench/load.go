package main

import "context"

// fullFigures makes the tests of the load's figures as large as they are claimed.
var fullFigures = []string{"FERRY_FIGURES=full"}

// loadProof is a claim about the load that one Go test measures at full size; the
// simulated target's own store is the judge. The test's last line says what it
// measured.
func loadProof(test, what, must string) proof {
	return proof{Package: "ferry/load", Tests: []string{test}, What: what, Must: must, Quote: 1, Full: fullFigures, Tells: true}
}

// The claims that several tests measure.
const (
	mustMigrate = "every record in one bin, store equals ledger, 0 doubled, 0 missing, 0 effects"
	mustLose    = "0 doubled, 0 missing; unsure only where several equal candidates remain, each listed"
	mustUndo    = "store as before except what the vendor cannot delete or give back, as the plan said"
	mustLink    = "matches linked, none doubled"
)

func migrateTests() []proof {
	return []proof{
		loadProof("TestFigureMigrateToSyncro", "5,000 customers, 2,000 sites, 3,000 equipment, 4,000 jobs, Synchroteam to Syncro", mustMigrate),
		loadProof("TestFigureMigrateToSynchroteam", "the same the other way, to an empty Synchroteam", mustMigrate),
	}
}

func lostTests() []proof {
	return []proof{
		loadProof("TestFigureLostAnswersToSyncro", "10 % of the writes take effect and lose their answer, search lag 0, 5 and 60 s, to Syncro", mustLose),
		loadProof("TestFigureLostAnswersToSynchroteam", "the same to Synchroteam", mustLose),
		loadProof("TestFigureLostAnswersAmongEqualRecords", "answers lost while people make equal records", mustLose),
	}
}

func staleTests() []proof {
	return []proof{
		loadProof("TestFigureStaleSinceThePlan", "plan, then 10 target records change", "exactly those 10 held"),
		loadProof("TestFigureCorrectedMappingAfterEdits", "mapping corrected after 300 target edits", "exactly those 300 held"),
	}
}

func undoTests() []proof {
	return []proof{
		loadProof("TestFigureUndoOfTheWholeRun", "undo of the whole run, Syncro", mustUndo),
		loadProof("TestFigureUndoOfTheWholeRunInSynchroteam", "undo of the whole run, Synchroteam", mustUndo),
		loadProof("TestFigureUndoLeavesWhatWasEdited", "undo after 7 records were edited", "exactly those 7 left and listed"),
	}
}

func againTests() []proof {
	return []proof{
		loadProof("TestFigureSecondRun", "second run of the same job", "0 writes"),
		loadProof("TestFigureHalfExistedBefore", "a run after half of the target already existed, by a load that nobody knows of", mustLink),
		loadProof("TestFigureHalfTypedBefore", "a run after half of the customers were typed by hand", mustLink),
	}
}

func writesTests() []proof {
	return []proof{loadProof("TestFigureAllowance", "use of the write allowance at 180 a minute, all requests counted", "at least 98 %, 0 refused")}
}

// loadKillTests kill an apply; the test itself wants every phase to be hit.
func loadKillTests() []proof {
	p := loadProof("TestKilledWhileApplying", "kill -9 at 100 random moments of an apply, then on to the end", "0 doubled, 0 missing; the phase of each hit printed, none empty")
	p.Full, p.Quote = []string{"FERRY_KILLS=100"}, 5
	return []proof{p}
}

// goTests measures a figure of several claims.
func goTests(proofs []proof) func(context.Context, *bench) ([]line, error) {
	return func(ctx context.Context, b *bench) (lines []line, err error) {
		for _, p := range proofs {
			more, err := goTest(p)(ctx, b)
			if err != nil {
				return lines, err
			}
			lines = append(lines, more...)
		}
		return lines, nil
	}
}
