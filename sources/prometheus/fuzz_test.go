package prometheus

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"fleetpay/sources"
	"fleetpay/sources/fetch"
	"fleetpay/sources/prometheus/promtest"
)

// What is taken must be JSON, whose samples encoding/json finds as well.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		"", matrix(), matrix(oneSeries), matrix(oneSeries, oneSeries) + "\n", matrix(oneSeries) + "x",
		`{"status":"success","isPartial":false,"data":{"resultType":"matrix","result":[]},"infos":["a"],"warnings":null}`,
		`{"status":"error","errorType":"execution","error":"no"}`,
		`{"data":{"result":[{"values":[[1790812800.5e0,"0"]],"metric":{"instance":"n\u0031:9100"}}],"resultType":"matrix"},"status":"success"}`,
		`{"status":"success","data":{"resultType":"vector","result":[]}}`,
		`{"a":[1,-2.5e-3,true,false,null,"\\\"",{}],"status":"success"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		c, err := read(t, string(content), 1000)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x00") || !utf8.ValidString(err.Error()) {
				t.Errorf("an error that can't be shown: %q", err)
			}
			if errors.Is(err, fetch.ErrAgain) && json.Valid(content) {
				t.Errorf("whole JSON is cut short: %v", err)
			}
			return
		}
		if !json.Valid(content) {
			t.Fatal("what is no JSON is taken")
		}
		var got int64
		for _, marks := range c.nodes {
			got += int64(len(*marks))
			for _, m := range *marks {
				if at := c.begins + int64(m>>1); at < c.begins || at >= c.ends {
					t.Errorf("a sample at %d", at)
				}
			}
		}
		if got != c.count {
			t.Errorf("%d samples, counted %d", got, c.count)
		}
		if again, err := read(t, string(content), 1000); err != nil || again.count != c.count {
			t.Errorf("read again: %v", err)
		}
	})
}

// judge decodes bytes of any kind and holds what must be true of any file.
func judge(t *testing.T, decode sources.Decoder, content []byte) []promtest.Row {
	path := filepath.Join(t.TempDir(), "up")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	rows, rejects, counts, err := decoded(decode, path)
	if counts.Read != int64(len(rows))+counts.Bad || counts.Bad > int64(len(rejects)) {
		t.Errorf("counts %+v of %d rows and %d rejects", counts, len(rows), len(rejects))
	}
	line := int64(0)
	for _, r := range rejects {
		if r.File != "data/up" || r.Line < line || r.Line < 1 || r.Message == "" || !utf8.ValidString(r.Error()+r.Value) || strings.ContainsAny(r.Error()+r.Value, "\x00\n\r") {
			t.Errorf("a reject that can't be reported: %q", r)
		}
		line = r.Line
	}
	for _, r := range rows {
		if sources.CheckID(r.Node) != "" {
			t.Errorf("a row of %q", r.Node)
		}
	}
	var fe *sources.FileError
	if err != nil && (!errors.As(err, &fe) || !strings.HasPrefix(err.Error(), "data/up:")) {
		t.Errorf("an error that does not name the file: %v", err)
	}
	return rows
}

func FuzzDump(f *testing.F) {
	for _, seed := range []string{
		"", "\n", `{__name__="up", instance="n1"} 1 1790812800000` + "\n",
		`{__name__="up", instance="n1"} 1 1790812800000` + "\n" + `{__name__="up", instance="n1"} NaN 1790812800001` + "\r\n" + `{__name__="up", instance="n2"} 2 -1` + "\n",
		`{"__name__"="up", instance="n\u0031", "a b"="}\"{"} 0 1`, "{}  \n", "{ 1 1\n", "\x1f\x8b\x08\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		decode := DumpDecoder(Reading{NodeLabel: "instance"})
		rows := judge(t, decode, content)
		if bytes.HasPrefix(content, []byte("\x1f\x8b")) || len(content) > 1000 {
			return
		}
		// Lines stand for themselves: the same file twice has the same rows twice.
		if twice := judge(t, decode, append(append(bytes.Clone(content), '\n'), content...)); len(twice) < 2*len(rows) {
			t.Errorf("%d rows, and of the same twice %d", len(rows), len(twice))
		}
	})
}

func FuzzExport(f *testing.F) {
	const line = `{"metric":{"__name__":"up","instance":"n1"},"values":[1,null,0],"timestamps":[1790812800000,1790812800001,1790812800002]}`
	for _, seed := range []string{
		"", "\n", line, line + "\r\n" + line + "\n", line[:60] + "\n" + line, `{"timestamps":[1],"values":[2],"metric":{"__name__":"up"}}`,
		`{"metric":{"__name__":"up","instance":"n1"},"values":["NaN",1e0],"timestamps":[-0,1.5]}` + "\n\n", "\x1f\x8b\x08\x00", line + "x",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		decode := ExportDecoder(Reading{NodeLabel: "instance"})
		rows := judge(t, decode, content)
		if bytes.HasPrefix(content, []byte("\x1f\x8b")) || len(content) > 1000 {
			return
		}
		if twice := judge(t, decode, append(append(bytes.Clone(content), '\n'), content...)); len(twice) != 2*len(rows) {
			t.Errorf("%d rows, and of the same twice %d", len(rows), len(twice))
		}
	})
}
