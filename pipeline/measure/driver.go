package measure

// The driver's one import: a change of driver is a change of this file.

import (
	"database/sql/driver"
	"errors"

	duckdb "github.com/marcboeker/go-duckdb/v2"
	"github.com/shopspring/decimal"
)

// newConnector makes the connector of an in-memory database; setup runs on each
// new connection.
func newConnector(setup func(driver.ExecerContext) error) (driver.Connector, error) {
	return duckdb.NewConnector("", setup)
}

// appender fills a table row by row.
type appender interface {
	AppendRow(values ...driver.Value) error
	Close() error
}

func newAppender(conn any, table string) (appender, error) {
	return duckdb.NewAppenderFromConn(conn.(driver.Conn), "", table)
}

// decimalValue is d as the appender takes it for a column DECIMAL(width, scale).
func decimalValue(d decimal.Decimal, width uint8, scale int32) driver.Value {
	return duckdb.Decimal{Width: width, Scale: uint8(scale), Value: d.Shift(scale).BigInt()}
}

// outOfMemory tells whether the database came to its limit of memory, and could
// not move more of it to the disk.
func outOfMemory(err error) bool {
	var e *duckdb.Error
	return errors.As(err, &e) && e.Type == duckdb.ErrorTypeOutOfMemory
}
