package slacktest

import (
	"fmt"
	"slices"
	"strings"
)

// AwaitMessage waits for a message of the app in a channel (threads included) whose plain text contains the words,
// and returns the newest.
func (ws *Workspace) AwaitMessage(channel, words string) Message {
	ws.tb.Helper()
	return ws.awaitLast(fmt.Sprintf("a message with %q in %s", words, channel), words, func() []Message {
		return ws.some(channel, func(m *message) bool { return m.botID != "" })
	})
}

// AwaitEphemeral waits for a message that only this person sees.
func (u *User) AwaitEphemeral(words string) Message {
	u.ws.tb.Helper()
	return u.ws.awaitLast(fmt.Sprintf("a private message with %q to %s", words, u.ID), words, u.Ephemerals)
}

func (ws *Workspace) awaitLast(what, words string, all func() []Message) Message {
	ws.tb.Helper()
	var found Message
	ws.Await(what, func() bool {
		for _, m := range slices.Backward(all()) {
			if strings.Contains(m.Plain(), words) || strings.Contains(m.Text, words) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// AwaitView waits until this person has a modal open whose title or text contains the words.
func (u *User) AwaitView(words string) View {
	u.ws.tb.Helper()
	var found View
	u.ws.Await(fmt.Sprintf("a modal with %q before %s", words, u.ID), func() bool {
		v, open := u.ws.View(u)
		found = v
		return open && strings.Contains(v.Plain(), words)
	})
	return found
}

// AwaitHome waits until this person's home contains the words.
func (u *User) AwaitHome(words string) View {
	u.ws.tb.Helper()
	var found View
	u.ws.Await(fmt.Sprintf("a home with %q for %s", words, u.ID), func() bool {
		v, published := u.ws.Home(u)
		found = v
		return published && strings.Contains(v.Plain(), words)
	})
	return found
}

// AwaitNoView waits until this person has no modal open.
func (u *User) AwaitNoView() {
	u.ws.tb.Helper()
	u.ws.Await("no modal before "+u.ID, func() bool {
		_, open := u.ws.View(u)
		return !open
	})
}
