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

// forged is a signed event that no client can send: what an error of
// Google or of ours would look like.
type forged struct {
	params map[string]string
	tree   map[string]any // the whole event
	raw    func([]byte) []byte
}

var forgeries atomic.Int64

// forge delivers an event again with changes and another time, and returns the response.
func (d *desk) forge(from googlechattest.Delivery, change func(*forged)) string {
	d.t.Helper()
	body := d.repeat(from, change)
	answered := d.ws.Post(body, d.ws.Token(d.ws.Header(), d.ws.Claims()))
	if answered.Status != http.StatusOK {
		d.t.Errorf("answered %d", answered.Status)
	}
	return string(bytes.TrimSpace(answered.Answer))
}

// repeat returns an event with changes and another time.
func (d *desk) repeat(from googlechattest.Delivery, change func(*forged)) []byte {
	d.t.Helper()
	var tree map[string]any
	if err := json.Unmarshal(from.Body, &tree); err != nil {
		d.t.Fatal(err)
	}
	// Another time, so that it is not a duplicate.
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
	delete(tree, "action") // it has the same parameters
	body, err := json.Marshal(tree)
	if err != nil {
		d.t.Fatal(err)
	}
	if e.raw != nil {
		body = e.raw(body)
	}
	return body
}
