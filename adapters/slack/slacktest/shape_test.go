package slacktest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"helptic/adapters/slack/slacktest"
)

// shape is what is at each path of some JSON: "event.user" is "string". Items of lists share a path, and so do the
// values of objects whose names are ids.
type shape map[string]map[string]bool

// namedByID are the ends of paths to objects whose names are ids.
var namedByID = []string{"state.values", "state.values.*", "shares.public", "shares.private"}

func (s shape) add(path string, x any) {
	kind := "null"
	switch x := x.(type) {
	case map[string]any:
		kind = "object"
		for name, value := range x {
			if slices.ContainsFunc(namedByID, func(end string) bool { return strings.HasSuffix(path, end) }) {
				name = "*"
			}
			if name == "initial_option" || name == "metadata" {
				continue
			}
			s.add(strings.TrimPrefix(path+"."+name, "."), value)
		}
	case []any:
		kind = "array"
		for _, item := range x {
			s.add(path, item)
		}
	case string:
		kind = "string"
	case float64:
		kind = "number"
	case bool:
		kind = "boolean"
	}
	if s[path] == nil {
		s[path] = map[string]bool{}
	}
	s[path][kind] = true
}

// A message is one wherever it stands, and so is a view: their fields are looked for in all samples.
var everywhere = []string{"event.previous_message.", "event.message.", "event.view.", "event.", "message.", "view."}

// common gathers those under "*message." and "*view.".
func common(samples map[string]shape) shape {
	all := shape{}
	for kind, s := range samples {
		if kind != "message" && kind != "message_action" && !strings.HasPrefix(kind, "view_") && !strings.HasPrefix(kind, "block_") && kind != "app_mention" && kind != "app_home_opened" {
			continue
		}
		for path, types := range s {
			path = generic(path)
			if strings.HasPrefix(path, "*") {
				if all[path] == nil {
					all[path] = map[string]bool{}
				}
				maps.Copy(all[path], types)
			}
		}
	}
	return all
}

func generic(path string) string {
	for _, prefix := range everywhere {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			if strings.HasSuffix(prefix, "view.") {
				return "*view." + rest
			}
			return "*message." + rest
		}
	}
	return path
}

// within tells which paths of s are not in the samples, or are of another type there. What the app sent itself
// comes back as it was, and is not looked at.
func (s shape) within(samples, shared shape) []string {
	var strange []string
	for _, path := range slices.Sorted(maps.Keys(s)) {
		if slices.ContainsFunc([]string{"blocks", "title", "submit", "close", "text", "placeholder", "attachments"}, func(own string) bool {
			return strings.HasPrefix(path, own+".") || strings.Contains(path, "."+own+".")
		}) {
			continue
		}
		for kind := range s[path] {
			if kind != "null" && !samples[path][kind] && !shared[generic(path)][kind] && !(samples[path]["null"] && len(samples[path]) == 1) {
				strange = append(strange, fmt.Sprintf("%s %s", path, kind))
			}
		}
	}
	return strange
}

// Fields that Slack documents, or that slack-go's types have, though no sample shows them there.
var documented = map[string][]string{
	"block_actions": {
		"actions.selected_user string", "actions.selected_option object", "actions.selected_option.value string",
		"actions.selected_option.text object", "actions.placeholder object", "state.values.*.*.selected_user string",
	},
	"block_suggestion": { // the samples are all of views
		"message object", "channel object", "channel.id string", "channel.name string",
		"container.message_ts string", "container.channel_id string", "container.is_ephemeral boolean",
	},
	"file_shared":           {"event.channel_id string", "event.user_id string", "event.event_ts string"},
	"member_joined_channel": {"event.event_ts string"},
	"channel_archive":       {"event.event_ts string"},
	"app_home_opened":       {"event.event_ts string"},
	"view_closed":           {"is_cleared boolean"},
}

// shapesOf are the shapes of what Slack delivers, by its kind: of the payloads in testdata, or of the samples.
func shapesOf(t *testing.T, samples bool) map[string]shape {
	t.Helper()
	all := map[string]shape{}
	into := func(kind string) shape {
		if all[kind] == nil {
			all[kind] = shape{}
		}
		return all[kind]
	}
	for _, folder := range deliveries {
		for _, p := range slacktest.Payloads(t, folder) {
			if p.Sample == samples {
				gatherPayload(t, into, folder, p)
			}
		}
	}
	return all
}

// deliveries are the folders of payloads that Slack delivers.
var deliveries = []string{"events", "events-inner", "interactive", "slash", "socketmode"}

// gatherPayload adds the shape of a payload under what it is, and under "event" what surrounds every event.
func gatherPayload(t *testing.T, into func(string) shape, folder string, p slacktest.Payload) {
	t.Helper()
	var x o
	if err := json.Unmarshal(p.Body, &x); err != nil {
		t.Fatal(p.Name, err)
	}
	switch {
	case folder == "events-inner":
		kind, _ := x["type"].(string)
		into(kind).add("event", x)
		into("event").add("event", x)
	case x["envelope_id"] != nil:
		kind, _ := x["type"].(string)
		payload, _ := x["payload"].(o)
		gather(into, payload)
		delete(x, "payload")
		into("envelope "+kind).add("", x)
	default:
		gather(into, x)
	}
}

// gather adds a payload under what it is.
func gather(into func(string) shape, x o) string {
	kind, _ := x["type"].(string)
	if inner, ok := x["event"].(o); ok {
		kind, _ = inner["type"].(string)
		into("event").add("", x) // what surrounds every event
	}
	if x["command"] != nil {
		kind = "slash"
	}
	into(kind).add("", x)
	return kind
}
