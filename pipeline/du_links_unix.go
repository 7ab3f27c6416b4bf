//go:build unix

package pipeline

import (
	"io/fs"
	"syscall"
)

// idOf tells which file a name leads to, where the file has several names.
func idOf(info fs.FileInfo) (id fileID, several bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || stat.Nlink < 2 {
		return fileID{}, false
	}
	return fileID{uint64(stat.Dev), uint64(stat.Ino)}, true //nolint:unconvert // the types differ between systems
}
