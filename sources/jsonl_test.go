package sources

import (
	"fmt"
	"strings"
	"testing"
)

func TestJSONLinesSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name, content, want string
		read, bad           int64
	}{
		{"no JSON", `{"payee_kind":"operator",` + "\n", `
data/b.jsonl:1: the JSON object does not end on its line; write one object per line`, 1, 1},
		{"a comma before the end, and a word that is none", `{"amount":1,}` + "\n" + `{"amount":NaN}` + "\n", `
data/b.jsonl:1: is not JSON at byte 13, where '}' can't stand; write one object per line
data/b.jsonl:2: is not JSON at byte 11, where 'N' can't stand; write one object per line`, 2, 2},
		{"another format", "payee_kind,payee_id\n", `
data/b.jsonl:1: is not a JSON object; write one object per line`, 1, 1},
		{"two objects on a line", `{} {}`, `
data/b.jsonl:1: is not JSON at byte 4, where '{' can't stand; write one object per line`, 1, 1},
		{"no object, and lines stay true", "\n \t\r\n\"x\"\n3\nnull\n", `
data/b.jsonl:3: is not a JSON object; write one object per line
data/b.jsonl:4: is not a JSON object; write one object per line
data/b.jsonl:5: is not a JSON object; write one object per line`, 3, 3},
		{"not UTF-8", "{\"payee_id\":\"\xff\"}\n", `
data/b.jsonl:1: is not UTF-8 at byte 14; save the file as UTF-8`, 1, 1},
		{"the array that most tools write", "[\n{\"payee_kind\":\"operator\"}]\n", `
data/b.jsonl:1: the file is a JSON array; write one object per line, with no brackets and commas around them`, 0, 0},
		{"a key that is no column", `{"payee_kind":"operator","payee_id":"a","amount":"1","Amount":"2"}`, `
data/b.jsonl:1: Amount: unknown column; the columns of balances are payee_kind*, payee_id*, amount* (* = required)`, 1, 1},
		{"a key twice, absent the first time", `{"payee_kind":"operator","payee_id":"a","amount":null,"amount":1}`, `
data/b.jsonl:1: amount: stands twice in this object; write it once`, 1, 1},
		{"a key twice, in two spellings", `{"payee_kind":"operator","payee_id":"a","amount":1,"amoun\u0074":1}`, `
data/b.jsonl:1: amount: stands twice in this object; write it once`, 1, 1},
		{"required, and null or absent or empty", `{"payee_kind":null,"payee_id":""}`, `
data/b.jsonl:1: payee_kind: empty; every row needs one
data/b.jsonl:1: payee_id: empty; every row needs one
data/b.jsonl:1: amount: empty; every row needs one`, 1, 1},
		{"nested values and booleans", `{"payee_kind":["operator"],"payee_id":true,"amount":{"usd":[1,"}"]}}`, `
data/b.jsonl:1: payee_kind: "[\"operator\"]" is nested; write a plain string, number or boolean
data/b.jsonl:1: payee_id: true is a JSON boolean; write an id as a string
data/b.jsonl:1: amount: "{\"usd\":[1,\"}\"]}" is nested; write a plain string, number or boolean`, 1, 1},
		{"numbers are taken as they are written", `{"payee_kind":"operator","payee_id":7,"amount":1e2}
{"payee_kind":"operator","payee_id":7,"amount":0.125}
{"payee_kind":"operator","payee_id":7,"amount":-0.10}`, `
data/b.jsonl:1: amount: "1e2" is not an amount; write digits with a point, as in -1234.50: no thousands separator, currency sign, exponent or "+"
data/b.jsonl:2: amount: "0.125" has 3 places after the point; at most 2 are allowed`, 3, 2},
		{"half a character", `{"payee_kind":"operator","payee_id":"\ud83d","amount":1}
{"payee_kind":"operator","payee_id":"a\udc00","amount":1}`, `
data/b.jsonl:1: payee_id: "\"\\ud83d\"" holds half a surrogate pair; write whole characters
data/b.jsonl:2: payee_id: "\"a\\udc00\"" holds half a surrogate pair; write whole characters`, 2, 2},
		{"an escaped control character", `{"payee_kind":"operator","payee_id":"a\u0000","amount":1}`, `
data/b.jsonl:1: payee_id: "a\x00" holds the control character U+0000 at byte 2; remove it`, 1, 1},
		{"a line over the limit", `{"payee_kind":"operator","payee_id":"a","amount":1}` + "\n" + strings.Repeat("x", MaxRecordBytes), `
data/b.jsonl:2: the line is longer than 1 MiB (1048576 bytes); is a line end missing?`, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := decode(t, "balances", "b.jsonl", c.content)
			equal(t, "messages", "\n"+d.said(), c.want)
			if d.counts != (Counts{c.read, c.bad}) || d.counts.Read != int64(len(d.rows))+d.counts.Bad {
				t.Errorf("counts %+v with %d rows, want read %d, bad %d", d.counts, len(d.rows), c.read, c.bad)
			}
		})
	}
}

func TestJSONLinesReadWhatToolsWrite(t *testing.T) {
	content := "{\"partner_id\":\"quay\",\"period\":\"2026-10\",\"section\":\"notes\",\"text\":\"a \\\"b\\\" \\u00fc \\ud83d\\ude80 \\ufffd\\r\\nc\\\\\"}\n" +
		"\n  { \"text\" : \"{x}, ]\" ,\t\"section\":\"goals\",\"period\":\"2026-10\",\"partner_id\":12 } \r\n"
	want := "1 quay|a \"b\" ü \U0001f680 \ufffd\nc\\\n3 12|{x}, ]\n"
	for _, c := range []struct{ name, file, content string }{
		{"as it stands", "n.jsonl", content},
		{"the other ending, and a byte order mark", "n.ndjson", "\ufeff" + content},
		{"compressed, without a last line end", "n.jsonl.gz", gzipped(t, strings.TrimSpace(content))},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := decode(t, "notes", c.file, c.content)
			equal(t, "messages", d.said(), "")
			var b strings.Builder
			for _, r := range d.rows {
				fmt.Fprintf(&b, "%d %s|%s\n", r.Line, r.Values[0].Text, r.Values[3].Text)
			}
			equal(t, "rows", b.String(), want)
		})
	}
	flags := decode(t, "heartbeats", "h.jsonl", `{"node_id":"n","sampled_at":"2026-10-05T09:00:00Z","up":true}
{"node_id":"n","sampled_at":"2026-10-05T09:00:00Z","up":0}
{"node_id":"n","sampled_at":"2026-10-05T09:00:00Z","up":"1"}
{"node_id":"n","sampled_at":"2026-10-05T09:00:00Z","up":false}
`)
	equal(t, "messages", flags.said(), "")
	var ups []bool
	for _, r := range flags.rows {
		ups = append(ups, r.Values[2].Bool)
	}
	equal(t, "flags", fmt.Sprint(ups), "[true false true false]")
	if empty := decode(t, "notes", "n.jsonl", ""); empty.err != nil || empty.counts.Read != 0 {
		t.Errorf("an empty file holds no rows, and no error: %+v", empty)
	}
}
