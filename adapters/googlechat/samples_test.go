package googlechat

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
)

// Every payload is understood or refused as testdata/events.txt says.
func TestPayloadsBecomeEvents(t *testing.T) {
	file := filepath.Join("testdata", "events.txt")
	text, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, became, _ := strings.Cut(strings.TrimSpace(line), ": ")
		want[name] = became
	}
	a := &Adapter{}
	a.config.Now = fixedNow
	var lines strings.Builder
	for _, p := range googlechattest.Payloads(t) {
		if p.Sample {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			got := a.outcome(decodeEvent(p.Body))
			fmt.Fprintf(&lines, "%s: %s\n", p.Name, got)
			if got != want[p.Name] && !*update {
				t.Errorf("became\n%s\nand not, as %s has it,\n%s", got, file, want[p.Name])
			}
		})
		delete(want, p.Name)
	}
	if *update {
		if err := os.WriteFile(file, []byte(lines.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for name := range want {
		t.Errorf("%s has %s, which is no payload", file, name)
	}
}

// outcome says in a line what an event was understood as.
func (a *Adapter) outcome(i interaction, err error) string {
	if err != nil {
		return "refused"
	}
	s := map[dialect]string{classic: "classic", addon: "add-on"}[i.dialect]
	e := a.newEvent(i)
	switch i.eventType {
	case eventMessage:
		isCommand := false
		if e, isCommand = a.messageEvent(i); isCommand {
			s += " command"
		} else {
			s += " words"
		}
	case eventCardClicked:
		s, e = s+" press", a.clickEvent(i)
	case eventAppCommand:
		s, e = s+" order", a.commandEvent(i)
	case eventWidgetUpdated:
		s += " typing " + i.parameters[queryParameter] + " in " + decodeParameters(i.parameters).List
	case eventAddedToSpace:
		s += " added"
	case eventRemovedFromSpace:
		s += " removed"
	}
	s += " by " + e.From.Name
	if i.user.Type == "BOT" {
		s += ", an app,"
	}
	s += " in " + e.Room.String()
	for _, part := range []struct{ name, value string }{{"thread", e.Thread}, {"on", e.Message}, {"do", e.Do}, {"dialog", i.dialogEvent}} {
		if part.value != "" {
			s += ", " + part.name + " " + part.value
		}
	}
	if e.Mention {
		s += ", mention"
	}
	if i.messageFollows {
		s += ", more follows"
	}
	if e.Text != "" {
		s += fmt.Sprintf(", %q", e.Text)
	}
	for _, f := range e.Files {
		s += fmt.Sprintf(", file %s %s", f.Name, f.Type)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Values)) {
		s += fmt.Sprintf(", %s=%q", name, e.Values[name])
	}
	for _, name := range slices.Sorted(maps.Keys(i.formInputs)) {
		in := i.formInputs[name]
		s += fmt.Sprintf(", input %s %q", name, in.StringInputs.Value)
		for _, at := range []*instant{in.DateInput, in.DateTimeInput} {
			if at != nil {
				s += fmt.Sprintf(" %d", at.MsSinceEpoch)
			}
		}
	}
	return strings.NewReplacer("googlechat:", "", "users/100000000000000000", "users/…", "[] ", "").Replace(s)
}

// The samples that may stand beside the repository, real and constructed ones of other apps.
func TestSamplesAreUnderstood(t *testing.T) {
	type want struct {
		dialect   dialect
		eventType eventType
		direct    bool
		text      string // of words
	}
	wants := map[string]want{
		"samples/cg-addon-buttonclicked-event":          {addon, eventCardClicked, false, ""},
		"samples/cg-addon-message-event":                {addon, eventMessage, true, "Another test message."},
		"samples/cg-classic-added-to-space-event":       {classic, eventAddedToSpace, true, ""},
		"samples/cg-classic-cardclicked-onchange-event": {classic, eventCardClicked, false, ""},
		"samples/sb-addon-live-mention-add":             {addon, eventAddedToSpace, false, ""},
		"samples/sb-addon-live-message":                 {addon, eventMessage, true, "who are you?"},
		"samples/sb-addon-live-space-message":           {addon, eventMessage, false, "-"},
		"samples/vercel-addon-button-clicked-2":         {addon, eventCardClicked, false, ""},
		"samples/vercel-addon-dm-message":               {addon, eventMessage, true, "-"},
		"samples/vercel-addon-space-mention-floats":     {addon, eventMessage, false, "-"},
		"samples/vercel-addon-space-mention-rawfloats":  {addon, eventMessage, false, "-"},
		"samples/cg-addon-card-clicked-event":           {addon, eventCardClicked, true, ""},
		"samples/cg-classic-message-event":              {classic, eventMessage, true, "Another test message."},
		"samples/docs-addon-dialog-request":             {addon, eventCardClicked, false, ""},
		"samples/docs-addon-dialog-submit":              {addon, eventCardClicked, false, ""},
		"samples/docs-addon-preconversion-click":        {addon, eventCardClicked, false, ""},
		"samples/docs-addon-widget-updated":             {addon, eventWidgetUpdated, false, ""},
		"samples/docs-classic-dialog-cancel":            {classic, eventCardClicked, false, ""},
		"samples/docs-classic-dialog-request":           {classic, eventCardClicked, false, ""},
		"samples/docs-classic-dialog-submit":            {classic, eventCardClicked, false, ""},
		"samples/docs-classic-removed-from-space":       {classic, eventRemovedFromSpace, false, ""},
		"samples/docs-classic-widget-updated":           {classic, eventWidgetUpdated, false, ""},
		"samples/sb-addon-added-to-space":               {addon, eventAddedToSpace, false, ""},
		"samples/sb-addon-message-from-bot-user":        {addon, eventMessage, false, "-"},
		"samples/sb-addon-quick-command":                {addon, eventAppCommand, true, ""},
		"samples/sb-addon-removed-from-space":           {addon, eventRemovedFromSpace, false, ""},
		"samples/sb-legacy-added-to-space-by-mention":   {classic, eventMessage, false, "what changed in the deploy?"},
		"samples/sb-legacy-app-command":                 {classic, eventAppCommand, false, ""},
		"samples/sb-legacy-slash-command":               {classic, eventMessage, false, "stream"},
		"samples/gws-classic-message-readme":            {}, // names neither the message nor the person
	}
	a := &Adapter{}
	a.config.Now = fixedNow
	for _, p := range googlechattest.Payloads(t) {
		if !p.Sample {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			w, ok := wants[p.Name]
			if !ok && !strings.HasPrefix(p.Name, "samples/vercel-pubsub-push-workspace-event-") { // events of another API
				t.Fatal("a sample that nobody expects")
			}
			i, err := decodeEvent(p.Body)
			if w.dialect == 0 {
				if err == nil {
					t.Error("understood")
				}
				return
			}
			if err != nil || i.dialect != w.dialect || i.eventType != w.eventType || i.space.direct() != w.direct {
				t.Fatalf("%+v %v", i, err)
			}
			switch i.eventType {
			case eventMessage:
				e, _ := a.messageEvent(i)
				if w.text != "-" && e.Text != w.text {
					t.Errorf("text %q", e.Text)
				}
				if e.Key != "googlechat:"+i.message.Name || e.Text == "" || strings.Contains(e.Text, "@") {
					t.Errorf("%+v", e)
				}
			case eventCardClicked:
				if e := a.clickEvent(i); e.Message != i.message.Name || e.Key == "" {
					t.Errorf("%+v", e)
				}
			}
		})
	}
}

// Nothing that comes from outside breaks the reader, and what it takes has names that can
// stand in a URL and a key that a repeated delivery has too.
func FuzzRead(f *testing.F) {
	for _, p := range googlechattest.Payloads(f) {
		f.Add(p.Body)
	}
	f.Add([]byte(`{"type":"MESSAGE","user":{"name":"users/1"},"space":{"name":"spaces/A"},"message":{"name":"spaces/A/messages/B.C","text":"/nueva","slashCommand":{"commandId":1.0}}}`))
	f.Add([]byte(`{"chat":{"user":{"name":"users/1"},"appCommandPayload":{"space":{"name":"spaces/A"},"appCommandMetadata":{"appCommandId":"2","appCommandType":"QUICK_COMMAND"}}}}`))
	a := &Adapter{}
	a.config.Now = fixedNow
	f.Fuzz(func(t *testing.T, body []byte) {
		i, err := decodeEvent(body)
		if err != nil {
			return
		}
		again, err := decodeEvent(body)
		if err != nil || contentKey("x", i) != contentKey("x", again) {
			t.Fatal("the same event has two keys")
		}
		if !userPattern.MatchString(i.user.Name) || !spacePattern.MatchString(i.space.Name) || i.message.Name != "" && !messagePattern.MatchString(i.message.Name) {
			t.Fatalf("names that are none: %+v", i)
		}
		for _, o := range []outcome{{}, {notice: "Una frase"}, {update: textMessage("x")}, {message: textMessage("x")}} {
			answer, err := i.encodeResponse(o)
			if err != nil || !json.Valid(answer) {
				t.Fatalf("%s: %v", answer, err)
			}
		}
		switch i.eventType {
		case eventMessage:
			a.messageEvent(i)
		case eventAppCommand:
			a.commandEvent(i)
		case eventCardClicked:
			a.clickEvent(i)
		}
	})
}

// Text that people type stays as they typed it: nothing of it is markup where it stands.
func FuzzInert(f *testing.F) {
	f.Add("<users/all> *a* _b_ `c` ~d~ <https://x|y>\n- a\n> b")
	f.Add("<<users/all>> & </b><script>")
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range []string{inert(text), markup(text)} {
			if strings.Contains(strings.ReplaceAll(r, "<br>", ""), "<") {
				t.Fatalf("%q", r)
			}
		}
		if got := clip(text, 10); len([]rune(got)) > 10 {
			t.Fatalf("%q", got)
		}
	})
}

// Keys and tokens are parsed before anything is known of whoever sent them.
func FuzzKeys(f *testing.F) {
	f.Add([]byte(`{"keys":[{"kid":"a","kty":"RSA","n":"AQAB","e":"AQAB"}]}`))
	f.Add([]byte(`{"a":"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		keys, err := parseKeys(body)
		if err == nil && len(keys) == 0 {
			t.Fatal("no key and no complaint")
		}
	})
}
