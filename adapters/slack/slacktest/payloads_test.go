package slacktest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"helptic/adapters/slack/slacktest"
)

// Messages and views of Block Kit: what is called bad is refused, the rest is taken. The file says for which surface it
// is, "modal_…" and "home_…"; all others are messages.
func TestBlockKitFiles(t *testing.T) {
	check := func(t *testing.T, name string, body []byte, good bool) {
		t.Helper()
		where := slacktest.MessageSurface
		switch {
		case strings.HasPrefix(name, "modal_"):
			where = slacktest.ModalSurface
		case strings.HasPrefix(name, "home_"):
			where = slacktest.HomeSurface
		}
		var x any
		if err := json.Unmarshal(body, &x); err != nil {
			t.Fatal(err)
		}
		if faults := slacktest.Validate(where, x); (len(faults) == 0) != good {
			t.Error(faults)
		}
	}
	for _, p := range slacktest.Payloads(t, "blockkit") {
		t.Run(p.Name, func(t *testing.T) {
			name := strings.TrimPrefix(p.Name, "blockkit/")
			check(t, name, p.Body, strings.Contains(name, "good"))
		})
	}
	folder := slacktest.Reference(t, "blockkit", "testdata")
	if folder == "" {
		return
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run("samples/"+name, func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			check(t, name, body, name == "valid.json" || name == "modal_ok.json")
		})
	}
}

// Views with every block and element, as an app sends them and as Slack answers them, are taken as they are.
func TestViewFiles(t *testing.T) {
	for _, p := range slacktest.Payloads(t, "views") {
		t.Run(p.Name, func(t *testing.T) {
			var v o
			if err := json.Unmarshal(p.Body, &v); err != nil {
				t.Fatal(err)
			}
			if v["id"] != nil { // an answer of Slack's, which has more than a request may
				for _, name := range []string{"id", "team_id", "app_id", "bot_id", "hash", "state", "root_view_id"} {
					delete(v, name)
				}
			}
			where := slacktest.ModalSurface
			if v["type"] == "home" {
				where = slacktest.HomeSurface
				delete(v, "clear_on_close")
				delete(v, "notify_on_close")
			}
			if faults := slacktest.Validate(where, v); len(faults) > 0 {
				t.Error(faults)
			}
		})
	}
}
