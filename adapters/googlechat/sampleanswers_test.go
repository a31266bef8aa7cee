package googlechat_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"helptic/adapters/googlechat"
	"helptic/adapters/googlechat/googlechattest"
)

// Every event that Google Chat was seen to send is acknowledged and answered in its own dialect by
// the real desk, and what is sent twice is answered alike.
func TestSamplesAreAnswered(t *testing.T) {
	all := googlechat.Samples(t)
	if len(all) == 0 {
		t.Skip("the samples are not here: they are in ../shared/reference/samples/googlechat, beside the repository")
	}
	for name, dialect := range map[string]googlechattest.Dialect{"classic": googlechattest.ClassicURL, "add-on": googlechattest.Addon} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, setup{config: googlechattest.Config{Dialect: dialect}})
			answered := 0
			for sample, body := range all {
				var shape struct{ Chat json.RawMessage }
				if err := json.Unmarshal(body, &shape); err != nil {
					t.Fatal(sample, err)
				}
				if (shape.Chat != nil) != (dialect == googlechattest.Addon) {
					continue
				}
				first := d.ws.Post(body, d.ws.Token(d.ws.Header(), d.ws.Claims()))
				if first.Status != http.StatusOK {
					t.Errorf("%s: %d", sample, first.Status)
				}
				if faults := googlechattest.ValidateAnswer(dialect, first.Answer); len(faults) > 0 {
					t.Errorf("%s: %s %q", sample, first.Answer, faults)
				}
				if second := d.ws.Post(body, d.ws.Token(d.ws.Header(), d.ws.Claims())); string(second.Answer) != string(first.Answer) {
					t.Errorf("%s: %s, and the second time %s", sample, first.Answer, second.Answer)
				}
				if string(first.Answer) != "{}" {
					answered++
				}
			}
			if answered == 0 {
				t.Error("nothing was answered within the request")
			}
		})
	}
}
