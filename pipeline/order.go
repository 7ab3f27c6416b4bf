package pipeline

import (
	"cmp"
	"maps"
	"slices"
)

// sorted sorts in place and returns its argument.
func sorted[T cmp.Ordered](list []T) []T {
	slices.Sort(list)
	return list
}

// sortedKeys returns the keys of a map in ascending order: no map's own order
// ever reaches a file or a message.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	return sorted(slices.Collect(maps.Keys(m)))
}

// distinct returns the names of a list, each once, in byte order; never nil.
func distinct(list []string) []string {
	return slices.Compact(sorted(append([]string{}, list...)))
}
