//go:build race

package extract_test

// driftSeeds is fewer under the race detector, which makes everything ten times
// slower; `make test` reads all hundred without it as well.
const driftSeeds = 20
