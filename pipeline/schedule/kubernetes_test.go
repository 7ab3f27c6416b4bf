package schedule

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the expected CronJob anew")

// readJob reads a CronJob back, holding it to the published form of one.
func readJob(t rapid.TB, text []byte) cronJob {
	t.Helper()
	var job cronJob
	if err := yaml.UnmarshalWithOptions(text, &job, yaml.Strict()); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	asJSON, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(asJSON)))
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := jsonschema.NewCompiler().Compile("testdata/cronjob.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(value); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return job
}

// variables replaces $(NAME) as a kubelet does: $$ is a $, and no name is set here.
func variables(t rapid.TB, text string) string {
	t.Helper()
	if strings.Contains(strings.ReplaceAll(text, "$$", ""), "$") {
		t.Fatalf("%q: a $ that may begin a variable", text)
	}
	return strings.ReplaceAll(text, "$$", "$")
}

func TestTheCronJobIsReadAsItWasMeant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := strange(t, forKubernetes(), ":")
		p.Program = strangePath(t, "program", ":")
		text, err := Kubernetes(p)
		if err != nil {
			t.Fatal(err)
		}
		job := readJob(t, text)
		main := job.Spec.JobTemplate.Spec.Template.Spec.Containers[0]
		var got []string
		for _, word := range append(main.Command, main.Args...) {
			got = append(got, variables(t, word))
		}
		want := []string{p.Program, "close", "--due", "--by", preparer(p), "--workspace", p.Workspace}
		if !slices.Equal(got, want) {
			t.Errorf("runs %q\nwant %q", got, want)
		}
		for _, dir := range needs(p) {
			if m := innermost(main.VolumeMounts, dir); m.MountPath == "" || m.ReadOnly || m.Name == "tmp" {
				t.Errorf("%s is not written to a claim, but to %+v", dir, m)
			}
		}
		if m := innermost(main.VolumeMounts, p.Workspace); m.Name != "workspace" && m.Name != "closes" {
			t.Errorf("the workspace is in %+v", m)
		}
		volumes := map[string]bool{}
		for _, v := range job.Spec.JobTemplate.Spec.Template.Spec.Volumes {
			if volumes[v.Name] {
				t.Errorf("two volumes are called %s", v.Name)
			}
			volumes[v.Name] = true
		}
		paths := map[string]bool{}
		for _, m := range main.VolumeMounts {
			if !volumes[m.Name] || paths[m.MountPath] {
				t.Errorf("%+v has no volume, or is in the place of another", m)
			}
			paths[m.MountPath] = true
		}
	})
}

// innermost is the mount that holds a path.
func innermost(list []mount, path string) (in mount) {
	for _, m := range list {
		if below(path, m.MountPath) && len(m.MountPath) > len(in.MountPath) {
			in = m
		}
	}
	return in
}

func TestTheWorkspaceIsReadAndTheClosesInItAreWritten(t *testing.T) {
	p := forKubernetes()
	p.Textfile = "/var/lib/node-exporter/fleetpay.prom"
	p.Edited = []string{"/srv/fleet/data"}
	text, err := Kubernetes(p)
	if err != nil {
		t.Fatal(err)
	}
	golden := "testdata/cronjob.yaml"
	if *update {
		if err := os.WriteFile(golden, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(text) != string(want) {
		t.Errorf("%s says something else (%v) than\n%s", golden, err, text)
	}
	readJob(t, text)
}

func TestNamesThatYAMLTakesForOtherThingsStayNames(t *testing.T) {
	for _, name := range []string{"no", "on", "y", "true", "null", "e1", "off"} {
		p := forKubernetes()
		p.Name, p.Image, p.User, p.At = name, "1e3", "10", "0 0 1 1 *"
		text, err := Kubernetes(p)
		if err != nil {
			t.Fatal(err)
		}
		job := readJob(t, text)
		if main := job.Spec.JobTemplate.Spec.Template.Spec.Containers[0]; job.Metadata.Name != name || main.Image != "1e3" {
			t.Errorf("%s is read as %s, and 1e3 as %s", name, job.Metadata.Name, main.Image)
		}
		for line := range strings.Lines(string(text)) { // Kubernetes reads YAML 1.1, in which these are no texts
			if value := strings.TrimSpace(line); strings.HasSuffix(value, " "+name) && slices.Contains([]string{"no", "on", "y", "off"}, name) {
				t.Errorf("%q stands bare", value)
			}
		}
	}
}
