package googlechattest

// SetQuota changes what a project may do in a minute.
func (ws *Workspace) SetQuota(name string, most int) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.quotas[name] = most
}
