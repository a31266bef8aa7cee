package googlechattest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
)

// paths adds what is at each path of some JSON, as "chat.user.name string". Items of lists share a path, and what is
// named by an app is "*".
func paths(into map[string]bool, path string, x any) {
	kind := fmt.Sprintf("%T", x)
	switch x := x.(type) {
	case o:
		for name, value := range x {
			if strings.HasSuffix(path, ".formInputs") || strings.HasSuffix(path, ".parameters") {
				name = "*"
			}
			paths(into, path+"."+name, value)
		}
		return
	case l:
		for _, item := range x {
			paths(into, path, item)
		}
		return
	}
	into[path+" "+kind] = true
}

// unsampled are fields that Google documents and no sample has.
var unsampled = []string{".attachment.", ".slashCommand.", ".dateInput.", ".adminInstalled", ".threadReply", ".appCommandMetadata."}

// Our payloads have no field that the samples do not have and Google does not document. Where a field stands is not
// looked at beyond its last two names: a message or a space is one wherever it is.
func TestPayloadsLookLikeSamples(t *testing.T) {
	ours, samples := map[string]map[string]bool{}, map[string]bool{}
	for _, p := range googlechattest.Payloads(t) {
		found := map[string]bool{}
		var x any
		if err := json.Unmarshal(p.Body, &x); err != nil {
			t.Fatal(p.Name, err)
		}
		paths(found, "", x)
		if p.Sample {
			for path := range found {
				samples[tail(path)] = true
			}
		} else {
			ours[p.Name] = found
		}
	}
	if len(samples) == 0 {
		return // they are not beside the repository
	}
	for _, name := range slices.Sorted(maps.Keys(ours)) {
		for path := range ours[name] {
			if !samples[tail(path)] && !slices.ContainsFunc(unsampled, func(known string) bool { return strings.Contains(path, known) }) {
				t.Errorf("%s: %s", name, path)
			}
		}
	}
}

func tail(path string) string {
	names := strings.Split(path, ".")
	return strings.Join(names[max(0, len(names)-2):], ".")
}
