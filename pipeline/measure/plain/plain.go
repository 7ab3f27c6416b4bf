// Package plain runs single queries on a bare DuckDB, for the benchmarks to hold
// a close against. It stands here because only this folder knows DuckDB.
package plain

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"

	_ "github.com/marcboeker/go-duckdb/v2" // registers the driver
)

// Result is a query's only row of whole numbers.
type Result []int64

// Query runs a query under the memory limit of a close, 2 GiB say, and on all
// cores; dir takes what does not fit. The query gives one row of whole numbers.
func Query(ctx context.Context, dir, memory, query string) (Result, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // settings hold for a connection
	settings := fmt.Sprintf("SET TimeZone = 'UTC'; SET memory_limit = '%s'; SET temp_directory = '%s'; SET threads = %d",
		memory, dir, runtime.GOMAXPROCS(0))
	if _, err := db.ExecContext(ctx, settings); err != nil {
		return nil, err
	}
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	result := make(Result, len(names))
	fields := make([]any, len(names))
	for i := range result {
		fields[i] = &result[i]
	}
	if !rows.Next() {
		return nil, errors.Join(errors.New("the query gives no row"), rows.Err())
	}
	if err := rows.Scan(fields...); err != nil {
		return nil, err
	}
	return result, rows.Err()
}
