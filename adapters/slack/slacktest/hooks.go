package slacktest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// hook is a response_url: whoever knows it may answer five times in half an hour, where the bot is a member or not.
type hook struct {
	user *User
	in   *channel
	on   Message // whose button was pressed, if any
	at   time.Time
	uses int
}

const hookLife = 30 * time.Minute

// newHook makes the address. The lock is held.
func (ws *Workspace) newHook(kind string, u *User, c *channel, on Message) string {
	name := ws.number("hook")
	ws.hooks[name] = &hook{user: u, in: c, on: on, at: ws.clock.Now()}
	return ws.server.URL + "/hooks/" + kind + "/" + name
}

func (ws *Workspace) serveHook(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil || r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	f, unlucky := ws.misfortune("response_url", "")
	if unlucky && !f.lose {
		ws.mu.Unlock()
		through := ws.suffer(w, r, "response_url", nil, f)
		ws.mu.Lock()
		if !through {
			return
		}
	}
	h := ws.hooks[r.PathValue("id")]
	switch {
	case h == nil:
		http.Error(w, "no_service", http.StatusNotFound)
		return
	case ws.clock.Now().Sub(h.at) > hookLife:
		ws.refused("response_url", "expired_url", nil)
		http.Error(w, "expired_url", http.StatusNotFound)
		return
	case h.uses >= maxResponseURLs:
		ws.refused("response_url", "used_url", nil)
		http.Error(w, "used_url", http.StatusNotFound)
		return
	}
	var given any
	if json.Unmarshal(raw, &given) != nil {
		ws.refused("response_url", "invalid_json", nil)
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	h.uses++
	if bad := ws.respond(h, given); bad != nil {
		ws.refused("response_url", bad.code, bad.messages)
		http.Error(w, bad.code, http.StatusBadRequest)
		return
	}
	o, _ := given.(map[string]any)
	ws.record("response_url", args(o), "ok", nil)
	ws.touch()
	if f.lose {
		hangUp(w)
		return
	}
	_, _ = io.WriteString(w, "ok")
}

func (ws *Workspace) refused(name, code string, messages []string) {
	ws.refusals = append(ws.refusals, ws.record(name, nil, code, messages))
	ws.touch()
}

var response = object(map[string]field{
	"response_type": may(oneOf("ephemeral", "in_channel")), "replace_original": may(boolean), "delete_original": may(boolean),
	"text": may(str(0, maxText)), "blocks": may(list(0, maxMessageBlocks, func(*checker, string, any) {})),
	"attachments": may(list(0, maxAttachments, func(*checker, string, any) {})), "thread_ts": may(matching(tsFormat, "a timestamp")),
	"unfurl_links": may(boolean), "unfurl_media": may(boolean), "mrkdwn": may(boolean), "parse": may(oneOf("none", "full")),
	"username": may(str(0, maxID)), "icon_emoji": may(str(0, maxID)), "icon_url": may(str(0, maxURL)), "channel": may(str(0, maxID)),
	"metadata": may(func(*checker, string, any) {}),
})

// respond does what a response_url, or the answer to a command, asks for. The lock is held.
func (ws *Workspace) respond(h *hook, given any) *refusal {
	o, ok := given.(map[string]any)
	if !ok {
		return refuse("json_not_object")
	}
	for name, value := range o { // slack-go sends nulls here, and Slack takes them
		if value == nil {
			delete(o, name)
		}
	}
	c := newChecker(ws.config.Count, nil)
	response(c, "", o)
	if len(c.faults) > 0 {
		return refuse("invalid_arguments", c.faults...)
	}
	original := ws.stored(h.on)
	if o["delete_original"] == true {
		switch {
		case original == nil:
			return refuse("message_not_found")
		case original.ephemeral != "":
			original.in.whispers = slices.DeleteFunc(original.in.whispers, func(m *message) bool { return m == original })
		default:
			ws.erase(original)
		}
		return nil
	}
	a := args(o)
	in, bad := ws.accept(content{text: a.text("text"), blocks: a.list("blocks"), attachments: slices.Clone(a.list("attachments"))}, maxText)
	if bad != nil {
		return bad
	}
	if o["replace_original"] == true {
		if original == nil {
			return refuse("message_not_found")
		}
		before := original.object(ws, false)
		original.text, original.blocks, original.attachments, original.edited = in.text, in.blocks, in.attachments, ws.stamp()
		if original.ephemeral == "" {
			ws.announceChange(original, before)
		}
		return nil
	}
	m := ws.fromBot(h.in, in, a)
	m.threadTS = a.text("thread_ts")
	if o["response_type"] == "in_channel" {
		m.subtype = "bot_message"
		ws.post(m)
		return nil
	}
	m.ephemeral = h.user.ID
	ws.whisper(m)
	return nil
}
