package strict

import "testing"

func TestAFileInUTF16IsOneProblem(t *testing.T) {
	for _, data := range []string{"\xff\xfen\x00:\x00\n\x00", "\xfe\xff\x00n\x00:\x00\n"} {
		_, err := Parse("c.yaml", []byte(data))
		if err == nil || err.Error() != "c.yaml:1:1: the file is UTF-16; save it as UTF-8" {
			t.Errorf("got %v", err)
		}
	}
}
