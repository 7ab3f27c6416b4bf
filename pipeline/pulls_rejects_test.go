package pipeline_test

import (
	"testing"

	"fleetpay/pipeline"
)

// A provider's answer may be one long line: each of its bad incidents counts.
func TestBadRowsOfOneLineAreCountedEach(t *testing.T) {
	w := newPulled(t, fileBeats, "{opsgenie: {file: data/alerts.json, nodes: {a: a1}, severities: {P1: P0}}}")
	const alert = `"message":"","status":"ajar","acknowledged":false,"priority":"P1","tags":["a"],"createdAt":"2026-07-03T09:00:00Z","updatedAt":"2026-07-03T09:00:00Z"}`
	w.write("data/alerts.json", `{"data":[{"id":"al-1",`+alert+`,{"id":"al-2",`+alert+`,{"id":"al-3",`+alert+`]}`)
	_, err := w.close("2026-08-05T09:00:00Z")
	w.refused(err, pipeline.ExitRefused, "2026-07: 3 bad rows in the inputs")
}
