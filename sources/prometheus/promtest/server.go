package promtest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

const (
	pollEvery = 50 * time.Millisecond
	polls     = 600 // so a server has 30 s to get ready
)

// Server is a running server. It ends with the test that started it.
type Server struct {
	URL string // http://127.0.0.1:PORT

	t       testing.TB
	program string
	args    []string
	ready   string // path that answers 200 once it is
	home    string
	dump    func(to string) // writes what the server exports
	end     func(os.Signal) // ends the process; nil when none runs
}

// Kill ends the server at once, as a power cut does.
func (s *Server) Kill() {
	s.stop(os.Kill)
}

func (s *Server) stop(how os.Signal) {
	if s.end != nil {
		s.end(how)
		s.end = nil
	}
}

// Restart starts a killed server again, at the same address with the same data.
func (s *Server) Restart() {
	s.t.Helper()
	s.start()
}

// Dump returns the path of a file with all that the server holds: for Prometheus
// what promtool tsdb dump prints, for VictoriaMetrics JSON Lines of
// /api/v1/export.
func (s *Server) Dump() string {
	s.t.Helper()
	to := filepath.Join(s.t.TempDir(), "dump")
	s.dump(to)
	return to
}

// newServer finds a program and a free port. The test is skipped where the
// program is missing.
func newServer(t testing.TB, program, install string) *Server {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skip(program + " is not installed; on Debian: apt-get install " + install)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	return &Server{URL: "http://" + address, t: t, program: path, home: t.TempDir()}
}

func (s *Server) address() string { return s.URL[len("http://"):] }

// start runs the program and waits until it is ready. It is killed at the end of
// the test, or with this process.
func (s *Server) start() {
	s.t.Helper()
	words := filepath.Join(s.home, "words")
	log, err := os.Create(words)
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command(s.program, s.args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.home, log, log
	dieWithParent(cmd)
	started, gone, ended := make(chan error, 1), make(chan struct{}), make(chan struct{})
	go func() {
		// The signal that dieWithParent asks for comes when the thread that started
		// the server ends, so that thread is kept.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // it is killed
			close(gone)
			<-ended
		}
	}()
	if err := <-started; err != nil {
		s.t.Fatalf("start %s: %v", s.program, err)
	}
	stopped := false
	s.end = func(how os.Signal) {
		if !stopped {
			stopped = true
			_ = cmd.Process.Signal(how) // an error means that it has ended
			<-gone
			close(ended)
			_ = log.Close() // it is read through its name
		}
	}
	end := s.end
	s.t.Cleanup(func() { end(os.Kill) })
	for range polls {
		if _, err := s.ask(s.ready, nil); err == nil {
			return
		}
		select {
		case <-gone:
			said, _ := os.ReadFile(words)
			s.t.Fatalf("%s ended before it was ready; it says: %s", s.program, said)
		case <-time.After(pollEvery):
		}
	}
	s.t.Fatalf("%s is not ready after %s", s.program, polls*pollEvery)
}

// ask gets a page, whole.
func (s *Server) ask(path string, query url.Values) ([]byte, error) {
	response, err := http.Get(s.URL + path + "?" + query.Encode())
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode/100 != 2 {
		err = fmt.Errorf("%s answers with status %d: %s", path, response.StatusCode, body)
	}
	return body, err
}

// write makes a file in the server's folder and returns its path.
func (s *Server) write(name string, write func(io.Writer) error) string {
	s.t.Helper()
	path := filepath.Join(s.home, name)
	f, err := os.Create(path)
	if err == nil {
		err = errors.Join(write(f), f.Close())
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return path
}
