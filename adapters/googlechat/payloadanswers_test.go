package googlechat_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
)

// Every payload is acknowledged and answered in its own dialect by the real desk, and what is sent twice is
// answered alike.
func TestPayloadsAreAnswered(t *testing.T) {
	for name, dialect := range map[string]googlechattest.Dialect{"classic": googlechattest.ClassicURL, "add-on": googlechattest.Addon} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, setup{config: googlechattest.Config{Dialect: dialect}})
			answered := 0
			for _, p := range googlechattest.Payloads(t) {
				var shape struct{ Chat json.RawMessage }
				if err := json.Unmarshal(p.Body, &shape); err != nil {
					t.Fatal(p.Name, err)
				}
				if (shape.Chat != nil) != (dialect == googlechattest.Addon) {
					continue
				}
				first := d.ws.Post(p.Body, d.ws.Token(d.ws.Header(), d.ws.Claims()))
				if first.Status != http.StatusOK {
					t.Errorf("%s: %d", p.Name, first.Status)
				}
				if faults := googlechattest.ValidateAnswer(dialect, first.Answer); len(faults) > 0 {
					t.Errorf("%s: %s %q", p.Name, first.Answer, faults)
				}
				if second := d.ws.Post(p.Body, d.ws.Token(d.ws.Header(), d.ws.Claims())); string(second.Answer) != string(first.Answer) {
					t.Errorf("%s: %s, and the second time %s", p.Name, first.Answer, second.Answer)
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

// Every payload that comes over Pub/Sub is acknowledged: it is stored, or never will be.
func TestPayloadsOverPubSubAreAcknowledged(t *testing.T) {
	t.Parallel()
	p := newPubSub(t)
	p.subscribe(t)
	d := newDesk(t, p.configure(setup{handle: (&recorder{}).echo}))
	var ids []string
	for _, payload := range googlechattest.Payloads(t) {
		ids = append(ids, p.publishEvent(payload.Body))
	}
	for _, id := range ids {
		p.awaitAck(d, id)
	}
}
