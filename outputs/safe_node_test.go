package outputs

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// safeScript computes the checksum of each line of standard input, a file of the
// Transaction Builder, with what JavaScript brings and a Keccak of its own: the
// same numbers must come out of another language's sort, JSON and arithmetic.
const safeScript = `
const mask = (1n << 64n) - 1n;
const turn = (x, n) => n === 0n ? x : ((x << n) | (x >> (64n - n))) & mask;
// The round constants come from a shift register, the rotations from a walk.
function constants() {
  const list = [];
  let r = 1;
  for (let round = 0; round < 24; round++) {
    let c = 0n;
    for (let j = 0; j < 7; j++) {
      if (r & 1) c |= 1n << BigInt((1 << j) - 1);
      r = r & 0x80 ? ((r << 1) ^ 0x171) & 0xff : r << 1;
    }
    list.push(c);
  }
  return list;
}
const rounds = constants();
function permute(a) {
  for (const c of rounds) {
    const p = [0, 1, 2, 3, 4].map(x => a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20]);
    for (let i = 0; i < 25; i++) a[i] ^= p[(i + 4) % 5] ^ turn(p[(i + 1) % 5], 1n);
    let x = 1, y = 0, carried = a[1];
    for (let t = 1; t <= 24; t++) {
      [x, y] = [y, (2 * x + 3 * y) % 5];
      [carried, a[x + 5 * y]] = [a[x + 5 * y], turn(carried, BigInt((t * (t + 1) / 2) % 64))];
    }
    for (let row = 0; row < 25; row += 5) {
      const b = a.slice(row, row + 5);
      for (let i = 0; i < 5; i++) a[row + i] = b[i] ^ (~b[(i + 1) % 5] & mask & b[(i + 2) % 5]);
    }
    a[0] ^= c;
  }
}
function keccak256(text) {
  const rate = 136, bytes = [...Buffer.from(text, 'utf8'), 1];
  while (bytes.length % rate) bytes.push(0);
  bytes[bytes.length - 1] |= 0x80;
  const a = Array(25).fill(0n);
  for (let at = 0; at < bytes.length; at += rate) {
    for (let i = 0; i < rate; i++) a[i >> 3] ^= BigInt(bytes[at + i]) << BigInt(8 * (i & 7));
    permute(a);
  }
  let hex = '';
  for (let i = 0; i < 32; i++) hex += Number((a[i >> 3] >> BigInt(8 * (i & 7))) & 255n).toString(16).padStart(2, '0');
  return '0x' + hex;
}
function text(v) {
  if (Array.isArray(v)) return '[' + v.map(text).join(',') + ']';
  if (v === null || typeof v !== 'object') return JSON.stringify(v);
  const names = Object.keys(v).sort();
  return '{' + JSON.stringify(names) + names.map(n => text(v[n]) + ',').join('') + '}';
}
for (const line of require('fs').readFileSync(0, 'utf8').split('\n')) {
  if (line === '') continue;
  const file = JSON.parse(line);
  delete file.meta.checksum;
  file.meta.name = null;
  console.log(keccak256(text(file)));
}
`

func TestJavaScriptComputesTheSameChecksums(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed; get it from https://nodejs.org, or with apt install nodejs")
	}
	var lines bytes.Buffer
	var want []string
	add := func(file []byte) {
		checksum, err := SafeChecksum(file)
		if err != nil {
			t.Fatalf("%v in %s", err, file)
		}
		want = append(want, checksum)
		if err := json.Compact(&lines, file); err != nil {
			t.Fatal(err)
		}
		lines.WriteByte('\n')
	}
	add([]byte(vectorFile))
	want[0] = vectorChecksum
	// Names sort by UTF-16 code units: 😀 (D83D) stands before ｡ (FF61), though its
	// code point is greater. Control characters have escapes of their own.
	add([]byte(`{"meta":{"｡":1,"😀":2,"10":3,"9":4,"a":{"b":[],"B":{}}},"z":["\u0000\b\f\n\r\t\u001f\u007f\u2028\u2029\/\"\\",true,false,null,-7]}`))
	drawn := rapid.Custom(drawnBatch)
	for seed := range 31 {
		file, err := BuildSafeBatch(drawn.Example(seed))
		if err != nil {
			t.Fatal(err)
		}
		add(file)
	}
	run := exec.Command(node, "-e", safeScript)
	run.Stdin = &lines
	var complaint bytes.Buffer
	run.Stderr = &complaint
	out, err := run.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, complaint.String())
	}
	got := strings.Fields(string(out))
	if len(got) != len(want) {
		t.Fatalf("node computed %d checksums of %d", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("file %d: node computes %s, and we %s", i+1, got[i], want[i])
		}
	}
}
