package demo

import "math/rand/v2"

// seed makes the demo what it is; another one makes another fleet's luck.
const seed = 20260401

// chance draws numbers that are the same on every machine and in every release
// of Go: it rests on the generator's own sequence and nothing above it.
type chance struct{ source *rand.PCG }

// newChance returns the stream of draws with this number. Each subject has a
// stream of its own, so that what is drawn for one does not move the others.
func newChance(stream uint64) chance { return chance{rand.NewPCG(seed, stream)} }

// below draws one of 0, 1, …, n-1.
func (c chance) below(n int) int { return int(c.source.Uint64() % uint64(n)) }

// between draws one of low, …, high.
func (c chance) between(low, high int) int { return low + c.below(high-low+1) }

// in tells true in n of 100 draws.
func (c chance) in100(n int) bool { return c.below(100) < n }
