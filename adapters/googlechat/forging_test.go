package googlechat_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"helptic/adapters/googlechat/googlechattest"
)

// forged is an event that nobody's screen could send, though it is signed: what a
// fault of Google's or of ours would look like.
type forged struct {
	params map[string]string
	tree   map[string]any // the whole event
	raw    func([]byte) []byte
}

var forgeries atomic.Int64

// forge delivers an event again with changes, as of another moment, and returns its answer.
func (d *desk) forge(from googlechattest.Delivery, change func(*forged)) string {
	d.t.Helper()
	body := d.repeat(from, change)
	answered := d.ws.Post(body, d.ws.Token(d.ws.Header(), d.ws.Claims()))
	if answered.Status != http.StatusOK {
		d.t.Errorf("answered %d", answered.Status)
	}
	return string(bytes.TrimSpace(answered.Answer))
}

// repeat is an event again with changes, as of another moment.
func (d *desk) repeat(from googlechattest.Delivery, change func(*forged)) []byte {
	d.t.Helper()
	var tree map[string]any
	if err := json.Unmarshal(from.Body, &tree); err != nil {
		d.t.Fatal(err)
	}
	// A moment of its own, so that it is not taken for the same event.
	at := time.Now().Add(time.Duration(forgeries.Add(1)) * time.Millisecond).UTC().Format(time.RFC3339Nano)
	common, _ := tree["common"].(map[string]any)
	if chat, ok := tree["chat"].(map[string]any); ok {
		chat["eventTime"] = at
		common, _ = tree["commonEventObject"].(map[string]any)
	} else {
		tree["eventTime"] = at
	}
	params, _ := common["parameters"].(map[string]any)
	e := &forged{params: map[string]string{}, tree: tree}
	for k, v := range params {
		e.params[k] = fmt.Sprint(v)
	}
	change(e)
	common["parameters"] = e.params
	delete(tree, "action") // the same parameters once more
	body, err := json.Marshal(tree)
	if err != nil {
		d.t.Fatal(err)
	}
	if e.raw != nil {
		body = e.raw(body)
	}
	return body
}
