package oncall

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/schema"

	"fleetpay/sources"
)

// pulledColumns are the columns of what Pull writes: PagerDuty's own fields of
// AnalyticsRawIncident as text, null where they are null, the times with their
// offset; and at the end what the log entries told. The order is that of
// pulledIncident.cells.
var pulledColumns = []string{
	"id", "incident_number", "service_id", "service_name", "urgency", "priority_name", "status", "created_at",
	"resolved_at", "auto_resolved", "acknowledgement_count", "seconds_to_first_ack", "seconds_to_resolve",
	"description", "log_entries", "first_acknowledged_at",
}

// What the column log_entries holds; it is null where nobody had to ask, since
// seconds_to_first_ack tells.
const (
	logRead = "read" // first_acknowledged_at is the first one, null when there was none
	logGone = "gone" // PagerDuty has them no more
)

// pulledIncident is one row; "" is null.
type pulledIncident struct {
	ID                   string `json:"id"`
	IncidentNumber       string `json:"incident_number"`
	ServiceID            string `json:"service_id"`
	ServiceName          string `json:"service_name"`
	Urgency              string `json:"urgency"`
	PriorityName         string `json:"priority_name"`
	Status               string `json:"status"`
	CreatedAt            string `json:"created_at"`
	ResolvedAt           string `json:"resolved_at"`
	AutoResolved         string `json:"auto_resolved"`
	AcknowledgementCount string `json:"acknowledgement_count"`
	SecondsToFirstAck    string `json:"seconds_to_first_ack"`
	SecondsToResolve     string `json:"seconds_to_resolve"`
	Description          string `json:"description"`
	LogEntries           string `json:"log_entries,omitempty"`
	FirstAcknowledgedAt  string `json:"first_acknowledged_at,omitempty"`
}

func (i pulledIncident) cells() []string {
	return []string{
		i.ID, i.IncidentNumber, i.ServiceID, i.ServiceName, i.Urgency, i.PriorityName, i.Status, i.CreatedAt,
		i.ResolvedAt, i.AutoResolved, i.AcknowledgementCount, i.SecondsToFirstAck, i.SecondsToResolve,
		i.Description, i.LogEntries, i.FirstAcknowledgedAt,
	}
}

// created is when the incident was created, which pulledOf has parsed once.
func (i pulledIncident) created() time.Time {
	t, err := time.Parse(time.RFC3339Nano, i.CreatedAt)
	if err != nil {
		panic("oncall: an incident without a time was let through") // by pulledOf, or a shelf that was tampered with
	}
	return t
}

// writePulled writes a new file and syncs it and its folder. When anything fails
// no file is left.
func writePulled(dest string, incidents []pulledIncident) (err error) {
	out, err := os.OpenFile(dest, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("the pulled incidents can't be written: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(dest) // half a file must not pass for a whole one
		}
	}()
	if err := writeColumns(out, incidents); err != nil {
		_ = out.Close() // the first error is the one to tell
		return fmt.Errorf("%s can't be written: %w", dest, err)
	}
	if err := errors.Join(out.Sync(), out.Close()); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(dest))
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// writeColumns writes one row group, or none for no incidents. Its bytes depend
// on nothing but the incidents.
func writeColumns(out io.Writer, incidents []pulledIncident) error {
	var fields schema.FieldList
	for _, name := range pulledColumns {
		node, err := schema.NewPrimitiveNodeLogical(name, parquet.Repetitions.Optional, schema.StringLogicalType{}, parquet.Types.ByteArray, 0, -1)
		if err != nil {
			return err
		}
		fields = append(fields, node)
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		return err
	}
	sink := sources.NewSink(out)
	w := file.NewParquetWriter(sink, root, file.WithWriterProps(parquet.NewWriterProperties(
		parquet.WithCreatedBy("fleetpay"),
		parquet.WithCompression(compress.Codecs.Snappy),
	)))
	if len(incidents) > 0 {
		if err := writeGroup(w.AppendRowGroup(), incidents); err != nil {
			_ = w.Close() // the first error is the one to tell
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return sink.Err()
}

func writeGroup(group file.SerialRowGroupWriter, incidents []pulledIncident) error {
	rows := make([][]string, len(incidents))
	for i, incident := range incidents {
		rows[i] = incident.cells()
	}
	for at := range pulledColumns {
		column, err := group.NextColumn()
		if err != nil {
			return err
		}
		texts, ok := column.(*file.ByteArrayColumnChunkWriter)
		if !ok {
			return fmt.Errorf("column %s is no text", pulledColumns[at])
		}
		var values []parquet.ByteArray
		levels := make([]int16, len(rows))
		for i, row := range rows {
			if row[at] != "" {
				values, levels[i] = append(values, parquet.ByteArray(row[at])), 1
			}
		}
		if _, err := texts.WriteBatch(values, levels, nil); err != nil {
			return err
		}
		if err := column.Close(); err != nil {
			return err
		}
	}
	return group.Close()
}
