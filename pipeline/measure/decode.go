package measure

import (
	"context"
	"errors"

	"fleetpay/sources"
)

// decodeHeartbeats decodes a heartbeat file row by row, keeps its rejects, and
// writes the good rows to a Parquet file that is measured in its place.
func (m *measurement) decodeHeartbeats(ctx context.Context, s *source) error {
	f := m.files[s.at]
	path := m.ownPath(s.at)
	w, err := sources.NewBeatWriter(path)
	if err != nil {
		return err
	}
	counts, err := m.decode(ctx, s.at, w.Write, nil)
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	f.counts.Rejected = counts.Bad
	s.from, s.decoded = readParquet(path, "up"), true
	return m.countNodes(ctx, s)
}
