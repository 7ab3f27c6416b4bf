package schedule

// What a CronJob of batch/v1 is made of, as far as this program says it.
type (
	cronJob struct {
		APIVersion string      `yaml:"apiVersion"`
		Kind       string      `yaml:"kind"`
		Metadata   metadata    `yaml:"metadata"`
		Spec       cronJobSpec `yaml:"spec"`
	}
	metadata struct {
		Name   string            `yaml:"name,omitempty"`
		Labels map[string]string `yaml:"labels"`
	}
	cronJobSpec struct {
		Schedule          string      `yaml:"schedule"`
		TimeZone          string      `yaml:"timeZone"`
		ConcurrencyPolicy string      `yaml:"concurrencyPolicy"`
		StartingDeadline  int64       `yaml:"startingDeadlineSeconds"`
		Succeeded         int         `yaml:"successfulJobsHistoryLimit"`
		Failed            int         `yaml:"failedJobsHistoryLimit"`
		JobTemplate       jobTemplate `yaml:"jobTemplate"`
	}
	jobTemplate struct {
		Spec jobSpec `yaml:"spec"`
	}
	jobSpec struct {
		BackoffLimit   int         `yaml:"backoffLimit"` // the next run of the schedule tries again
		ActiveDeadline int64       `yaml:"activeDeadlineSeconds"`
		Template       podTemplate `yaml:"template"`
	}
	podTemplate struct {
		Metadata metadata `yaml:"metadata"`
		Spec     podSpec  `yaml:"spec"`
	}
	podSpec struct {
		RestartPolicy   string      `yaml:"restartPolicy"`
		ServiceAccount  bool        `yaml:"automountServiceAccountToken"` // it asks nothing of the cluster
		ServiceLinks    bool        `yaml:"enableServiceLinks"`
		SecurityContext podSecurity `yaml:"securityContext"`
		Containers      []container `yaml:"containers"`
		Volumes         []volume    `yaml:"volumes"`
	}
	podSecurity struct {
		RunAsNonRoot        bool    `yaml:"runAsNonRoot"`
		RunAsUser           int64   `yaml:"runAsUser"`
		RunAsGroup          int64   `yaml:"runAsGroup"`
		FSGroup             int64   `yaml:"fsGroup"`
		FSGroupChangePolicy string  `yaml:"fsGroupChangePolicy"`
		SeccompProfile      seccomp `yaml:"seccompProfile"`
	}
	seccomp struct {
		Type string `yaml:"type"`
	}
	container struct {
		Name            string            `yaml:"name"`
		Image           string            `yaml:"image"`
		Command         []string          `yaml:"command"`
		Args            []string          `yaml:"args"`
		EnvFrom         []envFrom         `yaml:"envFrom"`
		SecurityContext containerSecurity `yaml:"securityContext"`
		VolumeMounts    []mount           `yaml:"volumeMounts"`
	}
	envFrom struct {
		SecretRef secretRef `yaml:"secretRef"`
	}
	secretRef struct {
		Name     string `yaml:"name"`
		Optional bool   `yaml:"optional"`
	}
	containerSecurity struct {
		AllowPrivilegeEscalation bool         `yaml:"allowPrivilegeEscalation"`
		ReadOnlyRootFilesystem   bool         `yaml:"readOnlyRootFilesystem"`
		Capabilities             capabilities `yaml:"capabilities"`
	}
	capabilities struct {
		Drop []string `yaml:"drop"`
	}
	mount struct {
		Name      string `yaml:"name"`
		MountPath string `yaml:"mountPath"`
		SubPath   string `yaml:"subPath,omitempty"`
		ReadOnly  bool   `yaml:"readOnly,omitempty"`
	}
	volume struct {
		Name     string    `yaml:"name"`
		Claim    *claimRef `yaml:"persistentVolumeClaim,omitempty"`
		EmptyDir *emptyDir `yaml:"emptyDir,omitempty"`
	}
	claimRef struct {
		ClaimName string `yaml:"claimName"`
	}
	emptyDir struct{}
)
