package schedule

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// Kubernetes renders a CronJob of batch/v1. The workspace is a claim of its own,
// which the run only reads; the folders that it writes are parts of that claim
// where they lie in the workspace, and claims of their own elsewhere.
func Kubernetes(p Plan) ([]byte, error) {
	user, err := p.checkKubernetes()
	if err != nil {
		return nil, err
	}
	mounts, volumes := p.mounts()
	labels := map[string]string{"app.kubernetes.io/name": p.Name}
	pod := podSpec{
		RestartPolicy: "Never",
		SecurityContext: podSecurity{
			RunAsNonRoot: true, RunAsUser: user, RunAsGroup: user, FSGroup: user, FSGroupChangePolicy: "OnRootMismatch",
			SeccompProfile: seccomp{"RuntimeDefault"},
		},
		Containers: []container{{
			Name: "close", Image: p.Image, Command: []string{expands(p.Program)}, Args: expandsAll(p.arguments(p.Name)),
			EnvFrom:         []envFrom{{secretRef{p.Name, true}}},
			SecurityContext: containerSecurity{ReadOnlyRootFilesystem: true, Capabilities: capabilities{[]string{"ALL"}}},
			VolumeMounts:    mounts,
		}},
		Volumes: volumes,
	}
	return yaml.MarshalWithOptions(cronJob{
		APIVersion: "batch/v1", Kind: "CronJob", Metadata: metadata{Name: p.Name, Labels: labels},
		Spec: cronJobSpec{
			Schedule: p.At, TimeZone: "Etc/UTC", ConcurrencyPolicy: "Forbid", StartingDeadline: 3600, Succeeded: 3, Failed: 3,
			JobTemplate: jobTemplate{Spec: jobSpec{
				BackoffLimit: 0, ActiveDeadline: p.seconds(),
				Template: podTemplate{Metadata: metadata{Labels: labels}, Spec: pod},
			}},
		},
	}, yaml.IndentSequence(true))
}

// mounts are where the claims and the scratch folder appear, outer ones first.
func (p Plan) mounts() (mounts []mount, volumes []volume) {
	claim := func(name string) volume { return volume{Name: name, Claim: &claimRef{p.Name + "-" + name}} }
	var inner []string
	ownWrites := slices.ContainsFunc(p.writables(), func(w writable) bool { return w.dir == p.Workspace })
	volumes = []volume{claim("workspace")}
	for _, w := range p.writables() {
		switch {
		case !below(w.dir, p.Workspace):
			mounts = append(mounts, mount{Name: w.volume, MountPath: w.dir})
			volumes = append(volumes, claim(w.volume))
		case !ownWrites:
			inner = append(inner, w.dir)
		}
	}
	mounts = append(mounts, mount{Name: "workspace", MountPath: p.Workspace, ReadOnly: !ownWrites})
	for _, dir := range inner {
		part, _ := strings.CutPrefix(dir, strings.TrimSuffix(p.Workspace, "/")+"/")
		mounts = append(mounts, mount{Name: "workspace", MountPath: dir, SubPath: part})
	}
	if !slices.ContainsFunc(mounts, func(m mount) bool { return m.MountPath == "/tmp" }) {
		mounts = append(mounts, mount{Name: "tmp", MountPath: "/tmp"})
		volumes = append(volumes, volume{Name: "tmp", EmptyDir: &emptyDir{}})
	}
	slices.SortStableFunc(mounts, func(a, b mount) int { return strings.Compare(a.MountPath, b.MountPath) })
	return mounts, volumes
}

// imageForm is a reference to an image: a name, and a tag or digest.
var imageForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/:@-]*$`)

// programForm is a program that an image finds by its name.
var programForm = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

func (p Plan) checkKubernetes() (user int64, err error) {
	if err := p.check(); err != nil {
		return 0, err
	}
	if !programForm.MatchString(p.Program) {
		if err := checkPath(p.Program); err != nil {
			return 0, err
		}
	}
	for _, w := range append(p.writables(), writable{"workspace", p.Workspace}) {
		switch {
		case strings.Contains(w.dir, ":"):
			return 0, fmt.Errorf("%q holds a colon, and Kubernetes mounts nothing there; name a folder without one", w.dir)
		case w.dir == "/":
			return 0, fmt.Errorf("Kubernetes mounts nothing over /; name a folder below it")
		}
	}
	if !imageForm.MatchString(p.Image) {
		return 0, fmt.Errorf("%q is not an image; name one that holds fleetpay, as registry.example/fleetpay:1.0.0", p.Image)
	}
	if err := checkCrontab(p.At); err != nil {
		return 0, err
	}
	return uid(p.User)
}

// expands keeps a $ as it is: $(NAME) is a variable there.
func expands(word string) string { return strings.ReplaceAll(word, "$", "$$") }

func expandsAll(words []string) []string {
	for i, w := range words {
		words[i] = expands(w)
	}
	return words
}
