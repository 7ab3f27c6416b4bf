package fetch

import "errors"

// MayWorkLater tells whether an error is of the network, or of a server that is slow
// or busy, so that the same question may be answered in a while. What else is wrong
// is for the configuration or the server's data to mend.
func MayWorkLater(err error) bool {
	var fail *failure
	return errors.As(err, &fail) && fail.again
}
