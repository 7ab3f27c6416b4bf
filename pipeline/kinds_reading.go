package pipeline

import (
	"bytes"
	"encoding/json"
	"fmt"

	"fleetpay/sources"
	"fleetpay/sources/oncall"
	"fleetpay/sources/prometheus"
)

// encode writes what decoding needs as the run record keeps it; null when the bytes
// suffice.
func (r *reading) encode() (json.RawMessage, error) {
	var what any
	switch {
	case r == nil:
	case r.series != nil:
		what = r.series
	case r.mapping != nil:
		what = r.mapping
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(what)
	return bytes.TrimSpace(b.Bytes()), err
}

// readReading reads back what encode wrote for a kind of source.
func readReading(kind string, data json.RawMessage) (*reading, error) {
	r := &reading{}
	var into any
	switch kind {
	case kindPrometheus, kindVictoria:
		r.series = &prometheus.Reading{}
		into = r.series
	case kindPagerDuty, kindOpsgenie:
		r.mapping = &oncall.Mapping{}
		into = r.mapping
	default:
		return nil, refuse("%s: pulls: %q is not a kind of source that this version knows; restore it from a copy, or use the version that wrote it", recordName, kind)
	}
	if err := strictJSON(data, into); err != nil {
		return nil, refuse("%s: pulls: the reading of %s: %w; restore it from a copy", recordName, kind, err)
	}
	return r, r.check()
}

// check refuses a reading that no configuration gives.
func (r *reading) check() error {
	var err error
	if r.series != nil {
		err = r.series.Check()
	} else {
		err = r.mapping.Check()
	}
	if err != nil {
		return refuse("%s: pulls: %w; restore it from a copy", recordName, err)
	}
	return nil
}

// decoder returns what takes a source's files apart; nil for a form of our own.
func (r *reading) decoder(kind string, unmapped func(oncall.Unmapped)) sources.Decoder {
	switch {
	case r == nil:
		return nil
	case kind == kindPagerDuty:
		return oncall.PagerDutyDecoder(*r.mapping, unmapped)
	case kind == kindOpsgenie:
		return oncall.OpsgenieDecoder(*r.mapping, unmapped)
	case r.series.Query != "": // a server's answers are saved in the dataset's own columns
		return nil
	case kind == kindVictoria:
		return prometheus.ExportDecoder(*r.series)
	}
	return prometheus.DumpDecoder(*r.series)
}

// savedName is what the answers of source n of a dataset are saved as.
func (k *Kind) savedName(n int) string {
	if k.Name == kindPagerDuty {
		return "pagerduty-incidents.parquet"
	}
	return fmt.Sprintf("%s-%d.parquet", k.Name, n)
}
