package slacktest

import (
	"encoding/json"
	"maps"
	"regexp"
	"strconv"
)

// Surface is where blocks are shown. Surfaces have different limits.
type Surface string

// The surfaces.
const (
	MessageSurface Surface = "message"
	ModalSurface   Surface = "modal"
	HomeSurface    Surface = "home"
)

// Validate returns what Slack would refuse in the blocks of a message ([]any), or in a
// modal or home view (map[string]any), as decoded from JSON: one line for each fault, with
// its JSON pointer.
func Validate(where Surface, x any) []string {
	c := newChecker(UTF16, nil)
	switch where {
	case ModalSurface, HomeSurface:
		c.view(where, "/view", x)
	default:
		blockList(maxMessageBlocks)(c, "/blocks", x)
		if list, ok := x.([]any); ok && len(list) == 0 {
			c.fault("/blocks", "no fewer than 1 items allowed")
		}
	}
	return c.faults
}

func newChecker(count func(string) int, user func(string) bool) *checker {
	return &checker{count: count, user: user, blockIDs: map[string]bool{}}
}

var modal = map[string]field{
	"type": must(oneOf("modal")), "title": must(plain(maxViewTitle)), "submit": may(plain(maxViewTitle)),
	"close": may(plain(maxViewTitle)), "blocks": must(blockList(maxViewBlocks)), "private_metadata": may(str(0, maxPrivate)),
	"callback_id": may(str(0, maxID)), "external_id": may(str(0, maxID)),
	"clear_on_close": may(boolean), "notify_on_close": may(boolean),
}

var home = map[string]field{
	"type": must(oneOf("home")), "blocks": must(blockList(maxViewBlocks)), "private_metadata": may(str(0, maxPrivate)),
	"callback_id": may(str(0, maxID)), "external_id": may(str(0, maxID)),
}

// view checks a view for its surface.
func (c *checker) view(where Surface, at string, x any) {
	fields := modal
	if c.modal, c.home = where == ModalSurface, where == HomeSurface; c.home {
		fields = home
	}
	object(maps.Clone(fields), func(c *checker, at string, o map[string]any) {
		if list, ok := o["blocks"].([]any); ok && len(list) == 0 {
			c.fault(at+"/blocks", "no fewer than 1 items allowed")
		}
		if c.modal && c.inputs > 0 && o["submit"] == nil {
			c.fault(at, "missing required field: submit (the view has inputs)")
		}
		if c.modal && c.inputs > maxModalInputs {
			c.fault(at+"/blocks", "no more than %d inputs allowed", maxModalInputs)
		}
	})(c, at, x)
}

// content is the content of a message in a call, decoded.
type content struct {
	text        string
	blocks      []any
	attachments []any
	metadata    map[string]any
}

var attachment = object(map[string]field{
	"color": may(matching(regexp.MustCompile(`^(#?[0-9a-fA-F]{6}|good|warning|danger)$`), "a colour")), "fallback": may(str(1, maxText)),
	"blocks": may(blockList(maxMessageBlocks)), "text": may(str(1, maxText)), "pretext": may(str(1, maxText)),
	"title": may(str(1, maxText)), "title_link": may(str(1, maxURL)), "author_name": may(str(1, maxID)), "footer": may(str(1, 300)),
	"mrkdwn_in": may(list(0, 3, oneOf("text", "pretext", "fields"))), "id": may(integer(1, maxAttachments)),
}, func(c *checker, at string, o map[string]any) {
	if o["blocks"] == nil && o["text"] == nil && o["title"] == nil && o["pretext"] == nil {
		c.fault(at, "attachment has nothing to show")
	}
})

// checkContent checks the content of a message, and returns it with the ids and defaults
// that Slack adds.
func (ws *Workspace) checkContent(in content, mostText int) (content, *refusal) {
	c := newChecker(ws.config.Count, ws.exists)
	if len(in.blocks) > 0 {
		blockList(maxMessageBlocks)(c, "/blocks", in.blocks)
	}
	if len(c.faults) > 0 {
		return in, refuse("invalid_blocks", c.faults...)
	}
	for i, x := range in.attachments {
		a, _ := x.(map[string]any)
		if x, has := a["blocks"]; has && x == nil { // slack-go sends null, which Slack accepts
			a = maps.Clone(a)
			delete(a, "blocks")
			in.attachments[i] = a
		}
	}
	list(0, maxAttachments, attachment)(c, "/attachments", toAny(in.attachments))
	if len(in.attachments) > maxAttachments {
		return in, refuse("too_many_attachments", c.faults...)
	}
	if len(c.faults) > 0 {
		return in, refuse("invalid_attachments", c.faults...)
	}
	if in.text == "" {
		return in, refuse("no_text", "[WARN] a message needs `text`: it is all that notifications and screen readers have")
	}
	if ws.config.Count(in.text) > mostText {
		return in, refuse("msg_too_long")
	}
	if bad := metadataFault(in.metadata); bad != "" {
		return in, refuse(bad)
	}
	in.blocks = ws.completeBlocks(in.blocks)
	for i, a := range objects(in.attachments) {
		whole := maps.Clone(a)
		whole["id"] = float64(i + 1)
		if whole["fallback"] == nil {
			whole["fallback"] = "[no preview available]"
		}
		if inner, ok := a["blocks"].([]any); ok {
			whole["blocks"] = ws.completeBlocks(inner)
		}
		in.attachments[i] = whole
	}
	return in, nil
}

func toAny(list []any) any {
	if list == nil {
		return []any{}
	}
	return list
}

var metadataName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// metadataFault is the error code for invalid metadata, or empty.
func metadataFault(m map[string]any) string {
	if len(m) == 0 {
		return ""
	}
	kind, ok := m["event_type"].(string)
	payload, isObject := m["event_payload"].(map[string]any)
	if !ok || kind == "" || len(kind) > maxID || !isObject || len(m) != 2 {
		return "invalid_metadata_format"
	}
	for name, value := range payload {
		if !metadataName.MatchString(name) || !isFlat(value) {
			return "invalid_metadata_schema"
		}
	}
	if raw, err := json.Marshal(m); err != nil || len(raw) > maxMetadataBytes {
		return "metadata_too_large"
	}
	return ""
}

func isFlat(x any) bool {
	switch x := x.(type) {
	case string, bool, float64:
		return true
	case []any:
		for _, item := range x {
			if _, nested := item.([]any); nested || !isFlat(item) {
				return false
			}
		}
		return true
	}
	return false
}

// completeBlocks is a copy of blocks with the ids and defaults that Slack adds.
func (ws *Workspace) completeBlocks(list []any) []any {
	whole := make([]any, 0, len(list))
	for _, b := range objects(list) {
		b = ws.completeValue(b).(map[string]any)
		if text(b, "block_id") == "" {
			b["block_id"] = ws.newID("b")
		}
		if b["type"] == "input" {
			for _, name := range []string{"optional", "dispatch_action"} {
				if b[name] == nil {
					b[name] = false
				}
			}
		}
		whole = append(whole, b)
	}
	return whole
}

func (ws *Workspace) completeValue(x any) any {
	switch x := x.(type) {
	case []any:
		all := make([]any, len(x))
		for i, item := range x {
			all[i] = ws.completeValue(item)
		}
		return all
	case map[string]any:
		o := make(map[string]any, len(x)+1)
		for name, value := range x {
			o[name] = ws.completeValue(value)
		}
		kind := text(o, "type")
		switch {
		case kind == "plain_text" && o["emoji"] == nil:
			o["emoji"] = true
		case kind == "mrkdwn" && o["verbatim"] == nil:
			o["verbatim"] = false
		case elements[kind] != nil && text(o, "action_id") == "":
			o["action_id"] = ws.newID("a")
		}
		return o
	}
	return x
}

// newID is a new id, with a readable number.
func (ws *Workspace) newID(prefix string) string {
	ws.ids++
	return prefix + strconv.Itoa(ws.ids)
}
