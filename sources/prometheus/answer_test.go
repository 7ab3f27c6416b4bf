package prometheus

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fleetpay/sources/fetch"
)

// read reads an answer to the first two hours of October.
func read(t tester, answer string, most int64) (*columns, error) {
	t.Helper()
	m, err := Reading{NodeLabel: "instance", NodePattern: `^(.+):9100$`}.compile()
	if err != nil {
		t.Fatal(err)
	}
	c := newColumns()
	c.most = most
	c.reset(october.UnixMilli(), october.Add(2*time.Hour).UnixMilli())
	_, err = readAnswer(strings.NewReader(answer), m, c)
	return c, err
}

// matrix is a good answer around series.
func matrix(series ...string) string {
	return `{"status":"success","data":{"resultType":"matrix","result":[` + strings.Join(series, ",") + `]}}`
}

// 1790812800 is 2026-10-01T00:00:00Z.
const oneSeries = `{"metric":{"__name__":"up","instance":"n1:9100"},"values":[[1790812800,"1"],[1790812860.001,"0"]]}`

func TestAnAnswerOfWhichNothingIsMissingIsTaken(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		samples      int64
	}{
		{"as Prometheus writes it", matrix(oneSeries), 2},
		{"no series", matrix(), 0},
		{"result null, as no series may be written", `{"status":"success","data":{"resultType":"matrix","result":null}}`, 0},
		{"infos, which are remarks on the query", `{"status":"success","data":{"resultType":"matrix","result":[` + oneSeries + `]},"infos":["PromQL info: metric might not be a counter"]}`, 2},
		{"no warnings, written out", `{"status":"success","warnings":[],"data":{"resultType":"matrix","result":[` + oneSeries + `]}}`, 2},
		{"warnings null", `{"status":"success","warnings":null,"data":{"resultType":"matrix","result":[` + oneSeries + `]}}`, 2},
		{"not partial, as VictoriaMetrics writes it", `{"status":"success","isPartial":false,"data":{"resultType":"matrix","result":[` + oneSeries + `]},"stats":{"seriesFetched": "1","executionTimeMsec":0}}`, 2},
		{"the result before its type", `{"data":{"result":[` + oneSeries + `],"resultType":"matrix"},"status":"success"}`, 2},
		{"values before the labels", matrix(`{"values":[[1790812800,"1"]],"metric":{"instance":"n1:9100"}}`), 1},
		{"blanks everywhere", "{ \"status\" : \"success\" ,\n\t\"data\" : { \"resultType\" : \"matrix\" , \"result\" : [ \r\n { \"metric\" : { \"instance\" : \"n1:9100\" } , \"values\" : [ [ 1790812800 , \"1\" ] ] } ] } }\n", 1},
		{"times as floats may be written", matrix(`{"metric":{"instance":"n1:9100"},"values":[[1.7908128e9,"1"],[1790812860.5000,"0"],[17908128605e-1,"0"]]}`), 3},
		{"a series that went away, as VictoriaMetrics shows it", matrix(`{"metric":{"instance":"n1:9100"},"values":[[1790812800,"1"],[1790812815,"NaN"]]}`), 1},
		{"a sample before and one at the end of the piece", matrix(`{"metric":{"instance":"n1:9100"},"values":[[1790812799.999,"1"],[1790820000,"0"],[1790819999.999,"0"]]}`), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := read(t, c.answer, maxSamples)
			if err != nil || got.count != c.samples {
				t.Errorf("%v, %d samples", err, got.count)
			}
		})
	}
}

func TestAnAnswerThatIsNotTheWholeTruthIsRefused(t *testing.T) {
	var strange []string
	for i := range 12 {
		strange = append(strange, fmt.Sprintf(`{"metric":{"instance":"cache-%02d:6379"},"values":[[1790812800,"1"]]}`, i))
	}
	for _, c := range []struct{ name, answer, want string }{
		{"an error in place of an answer", `{"status":"error","errorType":"execution","error":"query\nfailed"}`, `the server answers with status "error" and says "execution: query failed"; correct the query`},
		{"no status", `{"data":{"resultType":"matrix","result":[]}}`, `the server answers with status ""`},
		{"a warning", `{"status":"success","data":{"resultType":"matrix","result":[` + oneSeries + `]},"warnings":["store 7 did not answer","and more"]}`, "the server warns that its answer may be incomplete: \"store 7 did not answer; and more\"; have it mended"},
		{"a partial answer", `{"status":"success","isPartial":true,"data":{"resultType":"matrix","result":[` + oneSeries + `]}}`, "the server says that its answer is partial"},
		{"a vector", `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"instance":"n1:9100"},"value":[1790812800,"1"]}]}}`, `the answer is a "vector" and no matrix`},
		{"a vector whose type comes last", `{"status":"success","data":{"result":[],"resultType":"vector"}}`, `the answer is a "vector" and no matrix`},
		{"no result", `{"status":"success","data":{"resultType":"matrix"}}`, `and no matrix of samples`},
		{"no data", `{"status":"success"}`, `the answer is a "" and no matrix of samples`},
		{"more after the end", matrix(oneSeries) + "{", `'{' stands where the end is due; check the address`},
		{"a web page", "<html>Sign in</html>", `the answer is not the JSON of the Prometheus HTTP API: '<' stands where '{' is due; check the address`},
		{"a value of a half", matrix(`{"metric":{"__name__":"up","job":"node","instance":"n1:9100"},"values":[[1790812860.25,"0.5"]]}`), `up{instance="n1:9100", job="node"}: the value at 2026-10-01T00:01:00.25Z is "0.5", which is neither 0 nor 1; name in query`},
		{"a value that is infinite", matrix(`{"metric":{"instance":"n1:9100"},"values":[[1790812860,"+Inf"]]}`), `{instance="n1:9100"}: the value at 2026-10-01T00:01:00Z is "+Inf"`},
		{"a value that is no text", matrix(`{"metric":{"instance":"n1:9100"},"values":[[1790812860,1]]}`), `'1' stands where '"' is due`},
		{"a time between two milliseconds", matrix(`{"metric":{"instance":"n1:9100"},"values":[[1790812860.0001,"1"]]}`), `{instance="n1:9100"}: the time 1790812860.0001 is finer than a millisecond`},
		{"a time that is none", matrix(`{"metric":{"instance":"n1:9100"},"values":[[null,"1"]]}`), `the time null is not a time in seconds`},
		{"a sample of three", matrix(`{"metric":{"instance":"n1:9100"},"values":[[1790812860,"1",2]]}`), `',' stands where ']' is due`},
		{"a histogram", matrix(`{"metric":{"instance":"n1:9100"},"histograms":[]}`), `the series {instance="n1:9100"} holds histograms`},
		{"a series without values", matrix(`{"metric":{"instance":"n1:9100"}}`), `a series lacks metric or values`},
		{"a series without the label", matrix(oneSeries, `{"metric":{"__name__":"up","job":"node"},"values":[[1790812800,"1"]]}`), `1 series are no node's: up{job="node"}: the series has no label instance; name another node_label`},
		{"a node that is no id", matrix(`{"metric":{"instance":"n 1:9100"},"values":[[1790812800,"1"]]}`), `"n 1" is not an id; write letters`},
		{"twelve series of something else", matrix(strange...), `12 series are no node's: {instance="cache-00:6379"}: instance="cache-00:6379" does not match node_pattern ^(.+):9100$; change the pattern`},
		{"the last of the ten that are named", matrix(strange...), `{instance="cache-09:6379"}: instance="cache-09:6379" does not match node_pattern ^(.+):9100$; change the pattern, or leave such series out; and 2 more`},
		{"a control character in a text", matrix("{\"metric\":{\"instance\":\"n\x01\"},\"values\":[]}"), `a text holds the control character '\x01'`},
		{"bytes that are no text", matrix("{\"metric\":{\"instance\":\"n\xff\"},\"values\":[]}"), `is not UTF-8`},
		{"a text without an end in sight", matrix(`{"metric":{"instance":"` + strings.Repeat("n", maxToken) + `"},"values":[]}`), `longer than 1048576 bytes`},
		{"what is nested without an end", `{"a":` + strings.Repeat("[", 200), `nested deeper than 100`},
		{"a number that is none", `{"a":01}`, `"01" is not a value`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := read(t, c.answer, maxSamples)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
			if errors.Is(err, fetch.ErrAgain) {
				t.Error("it would be asked for again")
			}
		})
	}
}

func TestAnAnswerThatIsCutShortAnywhereIsAskedForAgain(t *testing.T) {
	whole := matrix(`{"metric":{"__name__":"up","instance":"n\u0031:9100"},"values":[[1790812800,"1"]]}`)
	for n := range len(whole) {
		if _, err := read(t, whole[:n], maxSamples); !errors.Is(err, fetch.ErrAgain) {
			t.Errorf("%s: %v", whole[:n], err)
		}
	}
}

func TestAPieceOfTooManySamplesIsRefused(t *testing.T) {
	const want = "the piece from 2026-10-01T00:00:00Z to 2026-10-01T02:00:00Z holds more than 3 samples; make piece smaller"
	if _, err := read(t, matrix(oneSeries, oneSeries), 3); err == nil || err.Error() != want { // 2 + 2 samples
		t.Errorf("%v", err)
	}
	if _, err := read(t, matrix(oneSeries, `{"metric":{"instance":"n1:9100"},"values":[[1790812800,"1"]]}`), 3); err != nil { // 2 + 1
		t.Error(err)
	}
	if _, err := read(t, matrix(oneSeries), 1); err == nil { // 2 of one series
		t.Error("taken")
	}
}

// Over a real connection, through the real client.
func TestAnAnswerThatBreaksOffIsAskedForAgainByTheClient(t *testing.T) {
	good := &api{fleet: edges()}
	good.instead = func(w http.ResponseWriter, _ *http.Request, nth int) bool {
		if nth == 2 {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"status":"success","data":{"resultType":"matrix","result":[`+oneSeries)
		}
		return nth == 2
	}
	server := httptest.NewServer(good)
	defer server.Close()
	client, err := fetch.New(fetch.Access{URL: server.URL, Tries: 2})
	if err != nil {
		t.Fatal(err)
	}
	s := source(nil, t.TempDir())
	s.Server = client
	dest := filepath.Join(t.TempDir(), "up.parquet")
	if _, _, err := s.Pull(context.Background(), october, october.Add(6*time.Hour), dest); err != nil {
		t.Fatal(err)
	}
	sameRows(t, "after the second try", rowsOf(t, dest), edges().Rows(october, october.Add(6*time.Hour)))
	if len(good.asked) != 3+1 {
		t.Errorf("asked %d times", len(good.asked))
	}
}
