package slacktest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// responseURL is a response_url. It can be used five times in half an hour, in channels without the bot too.
type responseURL struct {
	user *User
	in   *channel
	on   Message // the message whose button was pressed, if any
	at   time.Time
	uses int
}

const responseURLLife = 30 * time.Minute

// newResponseURL returns a new URL. The lock is held.
func (ws *Workspace) newResponseURL(kind string, u *User, c *channel, on Message) string {
	name := ws.newID("hook")
	ws.responseURLs[name] = &responseURL{user: u, in: c, on: on, at: ws.clock.Now()}
	return ws.server.URL + "/hooks/" + kind + "/" + name
}

func (ws *Workspace) serveResponseURL(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil || r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	f, faulty := ws.nextFault("response_url", "")
	if faulty && !f.lose {
		ws.mu.Unlock()
		through := ws.applyFault(w, r, "response_url", nil, f)
		ws.mu.Lock()
		if !through {
			return
		}
	}
	h := ws.responseURLs[r.PathValue("id")]
	switch {
	case h == nil:
		http.Error(w, "no_service", http.StatusNotFound)
		return
	case ws.clock.Now().Sub(h.at) > responseURLLife:
		ws.recordRefusal("response_url", "expired_url", nil)
		http.Error(w, "expired_url", http.StatusNotFound)
		return
	case h.uses >= maxResponseURLs:
		ws.recordRefusal("response_url", "used_url", nil)
		http.Error(w, "used_url", http.StatusNotFound)
		return
	}
	var sent any
	if json.Unmarshal(raw, &sent) != nil {
		ws.recordRefusal("response_url", "invalid_json", nil)
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	h.uses++
	if bad := ws.respond(h, sent); bad != nil {
		ws.recordRefusal("response_url", bad.code, bad.messages)
		http.Error(w, bad.code, http.StatusBadRequest)
		return
	}
	o, _ := sent.(map[string]any)
	ws.recordCall("response_url", args(o), "ok", nil)
	ws.notifyWaiters()
	if f.lose {
		closeConnection(w)
		return
	}
	_, _ = io.WriteString(w, "ok")
}

func (ws *Workspace) recordRefusal(name, code string, messages []string) {
	ws.refusals = append(ws.refusals, ws.recordCall(name, nil, code, messages))
	ws.notifyWaiters()
}

var response = object(map[string]field{
	"response_type": may(oneOf("ephemeral", "in_channel")), "replace_original": may(boolean), "delete_original": may(boolean),
	"text": may(str(0, maxText)), "blocks": may(list(0, maxMessageBlocks, func(*checker, string, any) {})),
	"attachments": may(list(0, maxAttachments, func(*checker, string, any) {})), "thread_ts": may(matching(tsFormat, "a timestamp")),
	"unfurl_links": may(boolean), "unfurl_media": may(boolean), "mrkdwn": may(boolean), "parse": may(oneOf("none", "full")),
	"username": may(str(0, maxID)), "icon_emoji": may(str(0, maxID)), "icon_url": may(str(0, maxURL)), "channel": may(str(0, maxID)),
	"metadata": may(func(*checker, string, any) {}),
})

// respond handles a post to a response_url, or the answer to a command. The lock is held.
func (ws *Workspace) respond(h *responseURL, sent any) *refusal {
	o, ok := sent.(map[string]any)
	if !ok {
		return refuse("json_not_object")
	}
	for name, value := range o { // slack-go sends nulls, which Slack accepts
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
			original.in.ephemerals = slices.DeleteFunc(original.in.ephemerals, func(m *message) bool { return m == original })
		default:
			ws.remove(original)
		}
		return nil
	}
	a := args(o)
	in, bad := ws.checkContent(content{text: a.text("text"), blocks: a.list("blocks"), attachments: slices.Clone(a.list("attachments"))}, maxText)
	if bad != nil {
		return bad
	}
	if o["replace_original"] == true {
		if original == nil {
			return refuse("message_not_found")
		}
		before := original.object(ws, false)
		original.text, original.blocks, original.attachments, original.edited = in.text, in.blocks, in.attachments, ws.nextTS()
		if original.ephemeral == "" {
			ws.emitChange(original, before)
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
	ws.addEphemeral(m)
	return nil
}
