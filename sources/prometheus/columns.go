package prometheus

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"fleetpay/sources"
)

// maxSamples is how many samples one piece may hold: 4 bytes each, up to twice
// that while they grow.
const maxSamples = 50_000_000

// columns holds the samples of one piece, 4 bytes each: a sample is the
// milliseconds since begins, times 2, and 1 more when the node was up. A day has
// 86,400,000 ms, so this fits. Its memory is used again for the next piece.
type columns struct {
	begins, ends int64 // in ms since 1970; ends is not included
	most         int64 // samples
	count        int64
	nodes        map[string]*[]uint32
}

func newColumns() *columns {
	return &columns{most: maxSamples, nodes: map[string]*[]uint32{}}
}

// reset empties the columns for a piece.
func (c *columns) reset(begins, ends int64) {
	c.begins, c.ends, c.count = begins, ends, 0
	for _, marks := range c.nodes {
		*marks = (*marks)[:0]
	}
}

// full says that another n samples would be too many.
func (c *columns) full(n int64) error {
	if c.count+n <= c.most {
		return nil
	}
	return fmt.Errorf("the piece from %s to %s holds more than %d samples; make piece smaller",
		instant(c.begins), instant(c.ends), c.most)
}

// add takes the samples of a series.
func (c *columns) add(node string, marks []uint32) error {
	if err := c.full(int64(len(marks))); err != nil {
		return err
	}
	c.count += int64(len(marks))
	own := c.nodes[node]
	if own == nil {
		own = new([]uint32)
		c.nodes[node] = own
	}
	*own = append(*own, marks...)
	return nil
}

// mark makes a sample of a time within the piece.
func (c *columns) mark(at int64, up bool) uint32 {
	m := uint32(at-c.begins) << 1
	if up {
		m++
	}
	return m
}

// write makes a Parquet file: in the order of node, time, and down before up.
func (c *columns) write(path string) error {
	w, err := sources.NewBeatWriter(path)
	if err != nil {
		return err
	}
	for _, node := range slices.Sorted(maps.Keys(c.nodes)) {
		marks := *c.nodes[node]
		slices.Sort(marks)
		for _, m := range marks {
			if err := w.Append(node, time.UnixMilli(c.begins+int64(m>>1)), m&1 == 1); err != nil {
				return errors.Join(err, w.Close())
			}
		}
	}
	return w.Close()
}

// instant writes milliseconds since 1970 for people and for the query.
func instant(ms int64) string {
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.999Z07:00")
}
