package slacktest

import (
	"fmt"
	"slices"
	"strings"
)

// AwaitMessage waits for a message of the app in a channel or its threads that contains the text, and returns the
// newest.
func (ws *Workspace) AwaitMessage(channel, text string) Message {
	ws.tb.Helper()
	return ws.awaitLast(fmt.Sprintf("a message with %q in %s", text, channel), text, func() []Message {
		return ws.messagesWhere(channel, func(m *message) bool { return m.botID != "" })
	})
}

// AwaitEphemeral waits for a message that only this user sees.
func (u *User) AwaitEphemeral(text string) Message {
	u.ws.tb.Helper()
	return u.ws.awaitLast(fmt.Sprintf("an ephemeral message with %q to %s", text, u.ID), text, u.Ephemerals)
}

func (ws *Workspace) awaitLast(what, text string, all func() []Message) Message {
	ws.tb.Helper()
	var found Message
	ws.Await(what, func() bool {
		for _, m := range slices.Backward(all()) {
			if strings.Contains(m.Plain(), text) || strings.Contains(m.Text, text) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// AwaitView waits until this user has a modal open that contains the text.
func (u *User) AwaitView(text string) View {
	u.ws.tb.Helper()
	var found View
	u.ws.Await(fmt.Sprintf("a modal with %q for %s", text, u.ID), func() bool {
		v, open := u.ws.View(u)
		found = v
		return open && strings.Contains(v.Plain(), text)
	})
	return found
}

// AwaitHome waits until this user's home tab contains the text.
func (u *User) AwaitHome(text string) View {
	u.ws.tb.Helper()
	var found View
	u.ws.Await(fmt.Sprintf("a home tab with %q for %s", text, u.ID), func() bool {
		v, published := u.ws.Home(u)
		found = v
		return published && strings.Contains(v.Plain(), text)
	})
	return found
}

// AwaitNoView waits until this user has no modal open.
func (u *User) AwaitNoView() {
	u.ws.tb.Helper()
	u.ws.Await("no modal for "+u.ID, func() bool {
		_, open := u.ws.View(u)
		return !open
	})
}
