package googlechat

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Real and constructed events, where the folder of samples is beside the repository.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	const folder = "../../../shared/reference/samples/googlechat"
	paths, err := filepath.Glob(folder + "/*.json")
	if err != nil {
		t.Fatal(err)
	}
	constructed, err := filepath.Glob(folder + "/constructed/*.json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, path := range append(paths, constructed...) {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(path), ".json")] = body
	}
	return all
}

func TestSamplesDecode(t *testing.T) {
	all := samples(t)
	if len(all) == 0 {
		t.Skip("the samples are not here: they are in ../shared/reference/samples/googlechat, beside the repository")
	}
	type want struct {
		dialect dialect
		kind    eventType
		direct  bool
		text    string // of words
		do      string
	}
	wants := map[string]want{
		"cg-addon-buttonclicked-event":          {addon, eventCardClicked, false, "", ""},
		"cg-addon-message-event":                {addon, eventMessage, true, "Another test message.", ""},
		"cg-classic-added-to-space-event":       {classic, eventAddedToSpace, true, "", ""},
		"cg-classic-cardclicked-onchange-event": {classic, eventCardClicked, false, "", ""},
		"sb-addon-live-mention-add":             {addon, eventAddedToSpace, false, "", ""},
		"sb-addon-live-message":                 {addon, eventMessage, true, "who are you?", ""},
		"sb-addon-live-space-message":           {addon, eventMessage, false, "-", ""},
		"vercel-addon-button-clicked-2":         {addon, eventCardClicked, false, "", ""},
		"vercel-addon-dm-message":               {addon, eventMessage, true, "-", ""},
		"vercel-addon-space-mention-floats":     {addon, eventMessage, false, "-", ""},
		"vercel-addon-space-mention-rawfloats":  {addon, eventMessage, false, "-", ""},
		"cg-addon-card-clicked-event":           {addon, eventCardClicked, true, "", ""},
		"cg-classic-message-event":              {classic, eventMessage, true, "Another test message.", ""},
		"docs-addon-dialog-request":             {addon, eventCardClicked, false, "", ""},
		"docs-addon-dialog-submit":              {addon, eventCardClicked, false, "", ""},
		"docs-addon-preconversion-click":        {addon, eventCardClicked, false, "", ""},
		"docs-addon-widget-updated":             {addon, eventWidgetUpdated, false, "", ""},
		"docs-classic-dialog-cancel":            {classic, eventCardClicked, false, "", ""},
		"docs-classic-dialog-request":           {classic, eventCardClicked, false, "", ""},
		"docs-classic-dialog-submit":            {classic, eventCardClicked, false, "", ""},
		"docs-classic-removed-from-space":       {classic, eventRemovedFromSpace, false, "", ""},
		"docs-classic-widget-updated":           {classic, eventWidgetUpdated, false, "", ""},
		"sb-addon-added-to-space":               {addon, eventAddedToSpace, false, "", ""},
		"sb-addon-message-from-bot-user":        {addon, eventMessage, false, "-", ""},
		"sb-addon-quick-command":                {addon, eventAppCommand, true, "", ""},
		"sb-addon-removed-from-space":           {addon, eventRemovedFromSpace, false, "", ""},
		"sb-legacy-added-to-space-by-mention":   {classic, eventMessage, false, "what changed in the deploy?", ""},
		"sb-legacy-app-command":                 {classic, eventAppCommand, false, "", ""},
		"sb-legacy-slash-command":               {classic, eventMessage, false, "stream", ""},
		"gws-classic-message-readme":            {}, // names neither the message nor the person
		"vercel-pubsub-push-workspace-event-":   {}, // events of another API
	}
	a := &Adapter{}
	a.config.Now = fixedNow
	for name, body := range all {
		w, ok := wants[name]
		if strings.HasPrefix(name, "vercel-pubsub-push-workspace-event-") {
			ok = true
		}
		if !ok {
			t.Errorf("%s: a sample that nobody expects", name)
			continue
		}
		i, err := decodeEvent(body)
		if w.dialect == 0 {
			if err == nil {
				t.Errorf("%s: taken", name)
			}
			continue
		}
		if err != nil || i.dialect != w.dialect || i.eventType != w.kind || i.space.direct() != w.direct {
			t.Errorf("%s: %+v %v", name, i, err)
			continue
		}
		switch i.eventType {
		case eventMessage:
			e, _ := a.messageEvent(i)
			if w.text != "-" && e.Text != w.text {
				t.Errorf("%s: text %q", name, e.Text)
			}
			if e.Key != "googlechat:"+i.message.Name || e.Text == "" || strings.Contains(e.Text, "@") {
				t.Errorf("%s: %+v", name, e)
			}
		case eventCardClicked:
			if e := a.clickEvent(i); e.Message != i.message.Name || e.Key == "" {
				t.Errorf("%s: %+v", name, e)
			}
		}
	}
	// The raw numbers of add-ons, which the API's own types refuse.
	if len(all["vercel-addon-space-mention-floats"]) == 0 {
		t.Error("the sample with numbers like 0.0 is not here")
	}
}

// Nothing that comes from outside breaks the reader, and what it takes has names that can
// stand in a URL and a key that a repeated delivery has too.
func FuzzRead(f *testing.F) {
	for _, body := range samples(f) {
		f.Add(body)
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
