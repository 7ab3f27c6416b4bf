package fetch

import (
	"math/rand/v2"
	"time"
)

// jitter spreads a wait over its second half, so that those whom a server turned
// away together do not come back together.
func jitter(wait time.Duration) time.Duration {
	half := wait / 2
	return half + rand.N(wait-half+1)
}
