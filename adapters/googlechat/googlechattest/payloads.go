package googlechattest

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Payload is an event as Google Chat sends it, or something else that may arrive in its place.
type Payload struct {
	Name   string // "classic_message_direct"; "samples/…" for one that is not of this repository
	Body   []byte
	Sample bool
}

// payloads are written for this repository, in the shapes that Google documents.
//
//go:embed testdata/events
var payloads embed.FS

// Payloads are those of testdata/events: of the classic dialect, of add-ons, and foreign ones that are events for no
// app of ours. Where the samples are beside the repository, they follow.
func Payloads(tb testing.TB) []Payload {
	tb.Helper()
	all := payloadsIn(tb, payloads, "testdata/events/*.json")
	if folder := samples(tb); folder != "" {
		for _, pattern := range []string{"*.json", "constructed/*.json"} {
			for _, p := range payloadsIn(tb, os.DirFS(folder), pattern) {
				all = append(all, Payload{"samples/" + p.Name, p.Body, true})
			}
		}
	}
	return all
}

func payloadsIn(tb testing.TB, root fs.FS, pattern string) []Payload {
	tb.Helper()
	names, err := fs.Glob(root, pattern)
	if err != nil || len(names) == 0 {
		tb.Fatalf("no payloads in %s: %v", pattern, err)
	}
	var all []Payload
	for _, name := range names {
		body, err := fs.ReadFile(root, name)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, Payload{Name: strings.TrimSuffix(filepath.Base(name), ".json"), Body: body})
	}
	return all
}

// samples is the folder of samples beside the repository, "" where it is not there. It is a further check: no test
// needs it.
func samples(tb testing.TB) string {
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
	there := filepath.Join(filepath.Dir(folder), "shared", "reference", "samples", "googlechat")
	if _, err := os.Stat(there); err != nil {
		return ""
	}
	return there
}
