package measure

import (
	"context"
	"testing"
)

func TestAMemoryLimitThatIsTooSmallIsNamed(t *testing.T) {
	f := master(t)
	f.lines("heartbeats", "node_id,sampled_at,up", "n2,2026-10-05T09:00:00Z,1")
	in := f.input("2026-10")
	in.MemoryLimit = "1MiB"
	_, err := Measure(context.Background(), in)
	const want = "the inputs can't be measured within the memory limit of 1MiB; raise database: memory: in fleetpay.yaml, or free space on the disk"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}
