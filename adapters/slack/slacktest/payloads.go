package slacktest

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Payload is a piece of JSON that Slack sends, answers or takes.
type Payload struct {
	Name   string // "events/app_mention"; "samples/events/app_mention" for one that is not of this repository
	Body   []byte
	Sample bool
}

// payloads are written for this repository, in the shapes that Slack documents.
//
//go:embed testdata/payloads
var payloads embed.FS

// Payloads are those of a folder of testdata/payloads. Where the samples are beside the repository, they follow.
func Payloads(tb testing.TB, folder string) []Payload {
	tb.Helper()
	ours, err := fs.Sub(payloads, "testdata/payloads")
	if err != nil {
		tb.Fatal(err)
	}
	all := payloadsIn(tb, ours, folder)
	if len(all) == 0 {
		tb.Fatalf("no payloads in %s", folder)
	}
	if samples := Reference(tb, "samples", "slack"); samples != "" {
		for _, p := range payloadsIn(tb, os.DirFS(samples), folder) {
			all = append(all, Payload{"samples/" + p.Name, p.Body, true})
		}
	}
	return all
}

func payloadsIn(tb testing.TB, root fs.FS, folder string) []Payload {
	tb.Helper()
	names, err := fs.Glob(root, folder+"/*.json")
	if err != nil {
		tb.Fatal(err)
	}
	var all []Payload
	for _, name := range names {
		body, err := fs.ReadFile(root, name)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, Payload{Name: strings.TrimSuffix(name, ".json"), Body: body})
	}
	return all
}

// Reference is where a file or folder of ../shared/reference is, beside the repository; "" where it is not there.
// What it holds is a further check: no test needs it.
func Reference(tb testing.TB, path ...string) string {
	tb.Helper()
	folder, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			break
		}
		if folder == filepath.Dir(folder) {
			return ""
		}
		folder = filepath.Dir(folder)
	}
	there := filepath.Join(append([]string{filepath.Dir(folder), "shared", "reference"}, path...)...)
	if _, err := os.Stat(there); err != nil {
		return ""
	}
	return there
}
