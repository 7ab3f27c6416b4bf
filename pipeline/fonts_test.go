package pipeline_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/gomono"

	"fleetpay/pipeline"
)

// withFonts is the golden workspace with two fonts, the later name first.
func withFonts(t *testing.T, fonts string) string {
	t.Helper()
	dir := t.TempDir()
	copyTree(t, filepath.Join(goldenDir, "workspace"), dir)
	for name, data := range map[string][]byte{
		"fonts/Second.ttf": gomono.TTF, "fonts/First.ttf": gomedium.TTF, "fonts/2026-04/none.ttf": []byte("no font"), "fonts/2026-04/first.TTF": gomono.TTF,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	config := filepath.Join(dir, "fleetpay.yaml")
	text := string(readAll(t, config)) + "fonts: " + fonts + "\n"
	if err := os.WriteFile(config, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestFontsAreKeptForTheRerunInTheirOrder(t *testing.T) {
	dir := withFonts(t, "[fonts/Second.ttf, fonts/First.ttf]")
	folder := closeGolden(t, dir, goldenChains[0].months[0])
	record := string(readAll(t, filepath.Join(folder, "close.json")))
	second, first := strings.Index(record, "inputs/fonts/Second.ttf"), strings.Index(record, "inputs/fonts/First.ttf")
	if second < 0 || first < second {
		t.Errorf("recorded at %d and %d of\n%s", second, first, record)
	}
	if got := readAll(t, filepath.Join(folder, "inputs/fonts/First.ttf")); string(got) != string(gomedium.TTF) {
		t.Error("the font that is kept is another")
	}
	if err := os.RemoveAll(filepath.Join(dir, "fonts")); err != nil {
		t.Fatal(err)
	}
	if _, err := pipeline.Rerun(context.Background(), folder, nil); err != nil {
		t.Error(err)
	}
}

// badFonts are fonts that can't be used, and what is said of the last one. %s
// stands for what may hang on the period.
var badFonts = []struct{ name, fonts, want string }{
	{"a file that is no font", `[fonts/First.ttf, "%snone.ttf"]`, "fonts[2]: fonts/2026-04/none.ttf: this is no TrueType font"},
	{"a file that is not there", `["%sThird.ttf"]`, "Third.ttf"},
	{"two files of one name", `[fonts/First.ttf, "%sfirst.TTF"]`, "fonts[2]: fonts/First.ttf and fonts/2026-04/first.TTF have one name; name a font once, or rename one"},
}

func TestFontsThatCantBeUsedAreRefusedWhenTheConfigurationIsRead(t *testing.T) {
	for _, c := range badFonts {
		t.Run(c.name, func(t *testing.T) {
			dir := withFonts(t, strings.Replace(c.fonts, "%s", "fonts/2026-04/", 1))
			_, err := pipeline.OpenWorkspace(dir)
			if pipeline.ExitStatus(err) != pipeline.ExitRefused || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "fleetpay.yaml:") {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestFontsOfAPeriodThatCantBeUsedAreRefusedWhenItIsNamed(t *testing.T) {
	for _, c := range badFonts {
		t.Run(c.name, func(t *testing.T) {
			dir := withFonts(t, strings.Replace(c.fonts, "%s", "fonts/{period}/", 1))
			ws, err := pipeline.OpenWorkspace(dir)
			if err != nil {
				t.Fatal(err)
			}
			now, err := pipeline.Now()
			if err != nil {
				t.Fatal(err)
			}
			period := april
			_, err = pipeline.Close(context.Background(), ws, period, pipeline.CloseOptions{By: "Finance Desk", ClosedAt: now})
			if pipeline.ExitStatus(err) != pipeline.ExitRefused || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "fleetpay.yaml:") {
				t.Errorf("the close said %v, want %s", err, c.want)
			}
			if ws, err = pipeline.OpenWorkspace(dir); err != nil {
				t.Fatal(err)
			}
			checked, err := pipeline.Check(context.Background(), ws, period, pipeline.CheckOptions{Now: now})
			if err != nil {
				t.Fatal(err)
			}
			if len(checked.Problems) != 1 || !strings.Contains(checked.Problems[0].Error(), c.want) {
				t.Errorf("the check said %v, want %s", checked.Problems, c.want)
			}
		})
	}
}
