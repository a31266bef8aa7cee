package googlechat

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rs/zerolog"

	"helptic/bot"
	"helptic/bot/bottest"
)

// No header without a signature of the key is accepted, and none causes a panic.
func FuzzVerify(f *testing.F) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		f.Fatal(err)
	}
	c := Config{Audience: "https://helptic.example/googlechat/events", AddonEmail: "service-1@gcp-sa-gsuiteaddons.iam.gserviceaccount.com", Now: fixedNow, Log: zerolog.Nop()}
	v := newVerifier(c)
	v.keys.keys, v.keys.expires, v.keys.fetchedAt = map[string]publicKey{"k": {PublicKey: &key.PublicKey}}, fixedNow().Add(time.Hour), fixedNow()
	for _, header := range []string{"", "Bearer ", "Bearer a.b.c", "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20ifQ.AAAA",
		"Bearer eyJhbGciOiJub25lIn0.e30.", "bearer x.y.z", "Bearer " + strings.Repeat("A", 9000)} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if signed, err := v.verify(t.Context(), header); !errors.Is(err, errInvalidToken) || signed != 0 {
			t.Fatalf("%q: %v %v", header, signed, err)
		}
	})
}

// The values of a submitted form belong to its fields, are dates in date fields and users in person fields.
func FuzzValues(f *testing.F) {
	var forms []bot.Form
	for _, name := range slices.Sorted(maps.Keys(bottest.Forms())) {
		forms = append(forms, bottest.Forms()[name])
	}
	f.Add(0, []byte(`{"f0":{"stringInputs":{"value":["x"]}},"f1":{"dateInput":{"msSinceEpoch":"1764028800000"}},"f2":{"stringInputs":{"value":[""]}}}`))
	f.Add(1, []byte(`{"f0":{"stringInputs":{"value":["users/1","users/2"]}},"f1":{"dateTimeInput":{"msSinceEpoch":1.7640288E12}}}`))
	f.Add(2, []byte(`{"f0":{"dateInput":{"msSinceEpoch":-9007199254740991}},"f0-1":{"stringInputs":{"value":["opción"]}}}`))
	f.Fuzz(func(t *testing.T, which int, body []byte) {
		var inputs map[string]input
		if json.Unmarshal(body, &inputs) != nil {
			return
		}
		form := forms[uint(which)%uint(len(forms))]
		got := formValues(form, inputs)
		for name, value := range got {
			i := -1
			for n, field := range form.Fields {
				if field.Name == name {
					i = n
				}
			}
			switch {
			case i < 0:
				t.Fatalf("an answer to %q, which was not asked", name)
			case form.Fields[i].Kind == bot.DatePicker && value != "" && len(value) != len(time.DateOnly):
				t.Fatalf("%q is no day", value)
			case form.Fields[i].Kind == bot.PersonPicker && len(form.Fields[i].Options) == 0 && value != "" && !userPattern.MatchString(resourceName(value)):
				t.Fatalf("%q is not a user", value)
			}
		}
		// The values can be shown again in the rejected form.
		card := renderer{function: "x", dialogs: true}.formCard(rejectedForm(form, got))
		if body, err := json.Marshal(card); err != nil || len(body) > maxMessageBytes || !utf8.Valid(body) {
			t.Fatalf("%d bytes, %v", len(body), err)
		}
	})
}

// rejectedForm is a form with submitted values and an error.
func rejectedForm(f bot.Form, typed map[string]string) form {
	return form{Form: f, id: "1", values: typed, errors: map[string]string{"": "Falta algo."}}
}

// Times in headers are kept within bounds.
func FuzzHeaders(f *testing.F) {
	for _, text := range []string{"", "3", "-1", "99999999999999999999", "Mon, 23 Nov 2026 15:00:10 GMT", "public, max-age=19845, must-revalidate", "max-age=-5", "max-age=9e9"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d := retryAfter(http.Header{"Retry-After": {text}}, fixedNow()); d < 0 || d > maxRetryAfter {
			t.Errorf("wait %v", d)
		}
		if d := maxAge(text); d < minKeyAge || d > maxKeyAge {
			t.Errorf("keep %v", d)
		}
	})
}
