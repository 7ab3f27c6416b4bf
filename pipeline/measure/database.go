package measure

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

//go:embed sql/*.sql
var queries embed.FS

// query reads an embedded query by its file's name, without ending. Words in
// braces are replaced by the pairs that follow; they are names from the schema,
// never input.
func query(name string, pairs ...string) string {
	text, err := queries.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic(err) // a name that no test has run
	}
	return strings.NewReplacer(pairs...).Replace(string(text))
}

// maxThreads bounds the threads that are taken without being asked for: each
// holds bits of every node.
const maxThreads = 8

// database is an in-memory DuckDB with one connection.
type database struct {
	pool    *sql.DB
	conn    *sql.Conn
	threads int
	limit   string // of its memory
}

// open starts a database that loads no extension, keeps to its memory and
// writes nothing outside dir.
func open(ctx context.Context, in Input) (*database, error) {
	limit := in.MemoryLimit
	if limit == "" {
		limit = DefaultMemoryLimit
	}
	threads := in.Threads
	if threads <= 0 {
		threads = min(runtime.GOMAXPROCS(0), maxThreads)
	}
	settings := []string{
		"SET autoinstall_known_extensions = false",
		"SET autoload_known_extensions = false",
		"SET TimeZone = 'UTC'",
		"SET preserve_insertion_order = false",
		"SET temp_directory = " + literal(filepath.Join(in.WorkDir, "spill")),
		"SET memory_limit = " + literal(limit),
		fmt.Sprintf("SET threads = %d", threads),
	}
	connector, err := newConnector(func(conn driver.ExecerContext) error {
		for _, s := range settings {
			if _, err := conn.ExecContext(ctx, s, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("starting the database: %w", err)
	}
	db := &database{pool: sql.OpenDB(connector), threads: threads, limit: limit}
	if db.conn, err = db.pool.Conn(ctx); err != nil {
		db.pool.Close()
		return nil, fmt.Errorf("starting the database: %w", err)
	}
	return db, nil
}

func (db *database) close() {
	db.conn.Close()
	db.pool.Close()
}

// literal writes text as SQL does.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// set gives a variable, which queries read by getvariable, the value of an
// expression.
func (db *database) set(ctx context.Context, name, expression string) error {
	return db.exec(ctx, "SET VARIABLE "+name+" = "+expression)
}

func (db *database) exec(ctx context.Context, query string) error {
	if _, err := db.conn.ExecContext(ctx, query); err != nil {
		return db.explain(query, err)
	}
	return nil
}

// run executes an embedded query.
func (db *database) run(ctx context.Context, name string, pairs ...string) error {
	return db.exec(ctx, query(name, pairs...))
}

// each runs a query and hands its rows, one by one, to scan.
func (db *database) each(ctx context.Context, query string, scan func(rows *sql.Rows) error) error {
	rows, err := db.conn.QueryContext(ctx, query)
	if err != nil {
		return db.explain(query, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return db.explain(query, err)
		}
	}
	if err := rows.Err(); err != nil {
		return db.explain(query, err)
	}
	return nil
}

// reading is a query with what takes each of its rows.
type reading struct {
	query string
	scan  func(rows *sql.Rows) error
}

// readAll runs one query after the other.
func (db *database) readAll(ctx context.Context, readings []reading) error {
	for _, r := range readings {
		if err := db.each(ctx, r.query, r.scan); err != nil {
			return err
		}
	}
	return nil
}

// memoryLimit is the limit that holds, in bytes, a little less at most.
func (db *database) memoryLimit(ctx context.Context) (bytes int64, err error) {
	const units = "KMGT"
	err = db.each(ctx, query("memory_limit"), func(rows *sql.Rows) error {
		var whole int64
		var unit string
		if err := rows.Scan(&whole, &unit); err != nil {
			return err
		}
		bytes = whole << (10 * (strings.IndexByte(units, unit[0]) + 1)) // bytes have no letter of units
		return nil
	})
	return bytes, err
}

// fill appends the rows that write adds to a table.
func (db *database) fill(table string, write func(add func(...driver.Value) error) error) error {
	return db.conn.Raw(func(conn any) error {
		rows, err := newAppender(conn, table)
		if err != nil {
			return err
		}
		err = errors.Join(write(rows.AppendRow), rows.Close())
		if outOfMemory(err) {
			return db.explain("", err)
		}
		return err
	})
}

// explain names the query that failed by its first line, which tells what it is
// for. What the database lacks is said in the words of fleetpay.yaml.
func (db *database) explain(query string, err error) error {
	first, _, _ := strings.Cut(strings.TrimSpace(query), "\n")
	if outOfMemory(err) {
		return fmt.Errorf("the inputs can't be measured within the memory limit of %s; raise database: memory: in fleetpay.yaml, or free space on the disk", db.limit)
	}
	return fmt.Errorf("measuring, at %q: %w", strings.TrimPrefix(first, "-- "), err)
}
