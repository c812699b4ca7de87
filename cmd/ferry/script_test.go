package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptKey is the API key of the scripts' simulated accounts. It must never
// be seen in any output or file; the command `sealed` looks for it.
const scriptKey = "5ecr3t-k3y-0f-the-scr1pts"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ferry": main})
}

// TestScripts runs the binary: testdata/script/*.txtar. Beside testscript's own
// commands there are
//
//	vendor [NAME] [flags of ferry simulate]  start a simulated vendor (Synchroteam) in the test, set $BASE_URL and $NAME_URL
//	use NAME                          the commands below are about this one of several vendors; else the last one started
//	vendor_set fault...               change its faults, [METHOD:][PATH:]KIND[=CHANCE][#NTH]; none: no more
//	live STREAM N                     how many records of a stream it has
//	effects N                         how many people it reached: mails, texts, prints
//	writes N                          how many writes it took since the script asked before
//	photos FOLDER                     the folder's files hold just what the photos of its live jobs hold
//	spoil OLD NEW                     stand between vendor and Ferry and replace text in answers
//	asked N | asked '<=N'             how many requests it has seen
//	refused N                         how many it answered with 429
//	asked_wait N                      wait until it has seen so many
//	exits N ferry ARGS...             run and compare the exit code
//	spec NAME FILE [OLD NEW]...       copy a shipped connector spec and change its text
//	take NAME REGEXP                  set $NAME to what the first group matches in the last output
//	fill FILE WHERE VALUE...          write into a workbook: a cell (Sheet!B3), or the cell right of a text in column A (Sheet!Text)
//	sheet FILE[!SHEET] ROW...         write a workbook or CSV file; the cells of a ROW stand between |, '' is an empty row
//	greenhouse                        serve samples/greenhouse, and copy its files with the address put in
//	sealed [FILE...]                  neither the last output nor these files (all: the whole folder) hold the key
func TestScripts(t *testing.T) { testscript.Run(t, scriptParams()) }

// scriptParams are those of all scripts.
func scriptParams() testscript.Params {
	return testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("FERRY_USAGE", filepath.Join(e.WorkDir, "usage.db"))
			for _, box := range vendorBoxes {
				e.Setenv(box.env, scriptKey)
			}
			e.Setenv("TZ", "UTC")
			e.Setenv("XDG_STATE_HOME", filepath.Join(e.WorkDir, "state"))
			e.Values[vendorKey{}] = &scriptVendor{all: map[string]*simulator{}, writes: map[*simulator]int{}}
			return nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"vendor": cmdVendor, "vendor_set": cmdVendorSet, "spoil": cmdSpoil, "asked": cmdAsked, "refused": cmdRefused,
			"photos": cmdPhotos, "writes": cmdWrites, "use": cmdUse, "live": cmdLive, "effects": cmdEffects,
			"asked_wait": cmdAskedWait, "exits": cmdExits, "sealed": cmdSealed, "greenhouse": cmdGreenhouse, "spec": cmdSpec, "take": cmdTake, "fill": cmdFill, "sheet": cmdSheet,
		},
	}
}

type vendorKey struct{}

// scriptVendor are the simulated vendors of one script.
type scriptVendor struct {
	box *simulator // that commands are about
	all map[string]*simulator
	// writes that each had taken when the script last asked
	writes map[*simulator]int
}

func vendorOf(ts *testscript.TestScript) *simulator {
	v, ok := ts.Value(vendorKey{}).(*scriptVendor)
	if !ok || v.box == nil {
		ts.Fatalf("start one with: vendor")
	}
	return v.box
}
