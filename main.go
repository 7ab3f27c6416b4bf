// Command fleetpay closes the month of a node fleet. See the package command for
// its commands and specs/ for what it does.
package main

import (
	"os"

	"fleetpay/pipeline/command"
)

func main() { os.Exit(command.Main()) }
