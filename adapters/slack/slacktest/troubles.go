package slacktest

// Trouble is a failure that somebody saw: an app that does not answer, or answers nonsense.
type Trouble struct {
	User string // id, or "Slack" for what only the platform notices
	What string
}

// Troubles are the failures that people saw since the last time it was asked. A test that does not ask fails at
// its end if there were any.
func (ws *Workspace) Troubles() []Trouble {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	all := ws.troubles
	ws.troubles = nil
	return all
}

func (ws *Workspace) peekTroubles() []Trouble {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return append([]Trouble(nil), ws.troubles...)
}

// complain notes a failure. The lock is held.
func (ws *Workspace) complain(user, what string) {
	ws.troubles = append(ws.troubles, Trouble{user, what})
	ws.touch()
}
