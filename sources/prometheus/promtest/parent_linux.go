package promtest

import (
	"os/exec"
	"syscall"
)

// dieWithParent asks the kernel to kill the command when this process is
// killed, since then no cleanup runs.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
