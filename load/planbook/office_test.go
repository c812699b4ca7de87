package planbook

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
)

// TestTheWorkbookThroughLibreOffice fills a workbook in, lets LibreOffice open
// and save it, and reads that. It takes seconds and another program, so it runs
// only where FERRY_SOFFICE names that program.
func TestTheWorkbookThroughLibreOffice(t *testing.T) {
	office := os.Getenv("FERRY_SOFFICE")
	if office == "" {
		t.Skip("set FERRY_SOFFICE to the path of LibreOffice's soffice to run this test: it is not part of the project")
	}
	path := writeExample(t, oneOfEach())
	filled := fill(t, path, map[string]string{
		find(t, path, sheetMatches, nameDecision, "3", "74"):         "link",
		find(t, path, sheetValues, nameBecomes, "Former technician"): "Bob [2]",
		find(t, path, sheetValues, nameBecomes, " ripe\u240b"):       "In, Progress",
		find(t, path, sheetApproval, "", labelBy):                    "Ann",
		find(t, path, sheetApproval, "", labelDate):                  "2026-08-04",
		find(t, path, sheetApproval, "", labelWord):                  "approve",
	})
	want, err := Read(filled)
	require.NoError(t, err)
	out := t.TempDir()
	said, err := exec.CommandContext(t.Context(), office, "--headless", "-env:UserInstallation=file://"+t.TempDir(), "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out, filled).CombinedOutput()
	require.NoError(t, err, string(said))
	saved := filepath.Join(out, filepath.Base(filled))
	got, err := Read(saved)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Equal(t, golden(t, open(t, filled)), golden(t, open(t, saved)))
}

// BenchmarkWrite writes the workbook of a plan of 100,000 creations.
func BenchmarkWrite(b *testing.B) {
	var all []planned
	for i := range 100_000 {
		note := load.Note{Deeds: 1}
		if i%10 == 0 {
			note.Alike = []load.Candidate{{Key: "7", Label: "Acme", Why: "phone"}}
		}
		all = append(all, item(fmt.Sprint(i), stage.ActCreate, "", note,
			fmt.Sprintf(`{"business_name":"Customer %d","email":"c%d@example.com","phone":"+1719388%04d","address":"%d Main Street","city":"Denver","state":"CO","zip":"80201"}`, i, i, i%10000, i)))
	}
	in := input(all, nil)
	path := filepath.Join(b.TempDir(), "plan.xlsx")
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, Write(b.Context(), path, in))
	}
	b.ReportMetric(float64(len(all))*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
