package googlechattest

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// double writes an integer as the servers of add-ons do: 0.0, 14.0, -1.8E7.
type double int

// MarshalJSON implements json.Marshaler.
func (d double) MarshalJSON() ([]byte, error) {
	if math.Abs(float64(d)) < 1e7 {
		return []byte(strconv.Itoa(int(d)) + ".0"), nil
	}
	digits, power, _ := strings.Cut(strconv.FormatFloat(float64(d), 'E', -1, 64), "E")
	if !strings.Contains(digits, ".") {
		digits += ".0"
	}
	return []byte(digits + "E" + strings.TrimLeft(strings.TrimPrefix(power, "+"), "0")), nil
}

// whole are the integers that come as such from add-ons too.
var whole = map[string]bool{"appCommandId": true}

// wire writes an event as Chat's servers do.
func (ws *Workspace) wire(event map[string]any) []byte {
	ws.t.Helper()
	body, err := json.Marshal(ws.written("", event))
	if err != nil {
		ws.t.Fatal(err)
	}
	return body
}

// written is a value with its numbers in the way of the dialect, and with fields that nobody has
// heard of yet, as Google adds them.
func (ws *Workspace) written(key string, v any) any {
	switch v := v.(type) {
	case int:
		if ws.config.Dialect == Addon && !whole[key] {
			return double(v)
		}
	case []any:
		out := make([]any, len(v))
		for i, child := range v {
			out[i] = ws.written("", child)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v)+1)
		for k, child := range v {
			out[k] = ws.written(k, child)
		}
		switch key {
		case "", "message", "space", "user", "sender", "thread", "chat", "common", "commonEventObject":
			out["fieldOfTomorrow"] = map[string]any{"state": "NEW", "list": []any{ws.written("", 1), "x", nil, map[string]any{}}}
		}
		return out
	}
	return v
}
