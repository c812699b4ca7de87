package extract_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/samples/vendorsim"
)

// TestWhatOneResourceRefusesCostsTheOthersNothing: a permission that the token
// lacks is no failure, a module that is switched off fails its stream alone.
func TestWhatOneResourceRefusesCostsTheOthersNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := syncroJob(t, vendorsim.SyncroOptions{Denied: []string{"contacts"}, Disabled: []string{"leads"}})
		s, err := j.run(extract.Config{})
		require.NoError(t, err)
		for _, x := range s.Streams {
			switch x.Name {
			case "contacts":
				require.NoError(t, x.Err)
				assert.Equal(t, stage.ProofNone, x.Certificate.Proof)
				assert.Contains(t, x.Certificate.Text, "group permissions")
			case "leads":
				assert.ErrorContains(t, x.Err, `the text "Disabled"`)
				assert.False(t, x.Proven())
			default:
				assert.Truef(t, x.Proven(), "%s: %s", x.Name, x.Certificate.Text)
			}
		}
	})
}

// TestWrongCredentialsEndTheRun after one answer, whatever status they come with.
func TestWrongCredentialsEndTheRun(t *testing.T) {
	for name, job := range map[string]func() *vendorJob{
		"syncro":     func() *vendorJob { return syncroJob(t, vendorsim.SyncroOptions{}) },
		"customerly": func() *vendorJob { return customerlyJob(t, vendorsim.CustomerlyOptions{}) },
		"sonar":      func() *vendorJob { return sonarJob(t, vendorsim.SonarOptions{}) },
	} {
		t.Run(name, func(t *testing.T) {
			j := job()
			j.settings["token"] = "wrong"
			_, err := j.run(extract.Config{Connections: 1})
			require.Error(t, err)
			assert.Equal(t, connector.Credentials, api.ClassOf(err))
			assert.LessOrEqual(t, j.sim.Counters().Requests, 2)
		})
	}
}

// TestEveryStreamAndDetailIsReadInFull compares a quiet account with its truth,
// details and sub-streams included, and again when nothing has changed.
func TestEveryStreamAndDetailIsReadInFull(t *testing.T) {
	for name := range everyVendor(vendorsim.Options{}) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := everyVendor(vendorsim.Options{Seed: 4})[name](t)
				var all []string
				for _, s := range j.spec.Streams {
					if s.List != nil {
						all = append(all, s.Name)
					}
				}
				if name == "sonar" {
					all = append(all, "customers")
				}
				for range 2 {
					s, err := j.run(extract.Config{Streams: all, Details: j.details})
					require.NoError(t, err)
					for _, x := range s.Streams {
						assert.NoErrorf(t, x.Err, "%s", x.Name)
						assert.Truef(t, x.Proven(), "%s: %s", x.Name, x.Certificate.Text)
						assert.Zerof(t, x.Tombstones, "%s", x.Name)
						if x.Records >= 0 {
							t.Logf("%s: %d records, %d requests, %s", x.Name, x.Records, x.Requests, x.Certificate.Text)
						}
					}
					for _, stream := range j.streams {
						j.equalsTheTruth(name, stream)
					}
				}
			})
		})
	}
}
