package slacktest

// Trouble is a failure of the app that a user saw: no answer, or an invalid one.
type Trouble struct {
	User string // id, or "Slack" for what no user sees
	What string
}

// Troubles returns and clears the failures. At its end the test fails for those that are left.
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

// addTrouble records a failure. The lock is held.
func (ws *Workspace) addTrouble(user, what string) {
	ws.troubles = append(ws.troubles, Trouble{user, what})
	ws.notifyWaiters()
}
