package pipeline

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"fleetpay/sources"
)

// editedFiles lists the files that accepted proposals change, as configured.
func (ws *Workspace) editedFiles() (files []string) {
	if ws.proposals.Gitea == nil {
		return nil
	}
	for _, ds := range sources.Datasets() {
		if file, _ := ws.editable(ds.Name); file != "" {
			files = append(files, file)
		}
	}
	return files
}

// EditedFolders lists the folders of the files that accepted proposals change. A close
// finishes an acceptance that was killed, and writes there.
func (ws *Workspace) EditedFolders() []string {
	var folders []string
	for _, file := range ws.editedFiles() {
		path := sources.Locate(ws.Dir, file)
		if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			if file, err := filepath.EvalSymlinks(path); err == nil {
				path = file // what is edited is the file itself
			}
		}
		folders = append(folders, filepath.Dir(path))
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}
