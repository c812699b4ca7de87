//go:build !race

package extract_test

// driftSeeds is how many histories of a drifting vendor are read.
const driftSeeds = 100
