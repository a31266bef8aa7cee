package googlechattest

import (
	"fmt"
	"strings"
)

// User is somebody of the workspace.
type User struct {
	ws       *Workspace
	id       string // users/…
	name     string
	email    string
	domain   string
	external bool
	robot    bool
	hidden   bool // events tell neither name nor e-mail address
	dm       *Space
	dialog   *Dialog
	typed    map[string]map[string][]string // by message or "dialog", by widget
	toasts   []string
}

// User adds somebody of the organization.
func (ws *Workspace) User(name string) *User {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	n := ws.next()
	u := &User{ws: ws, id: fmt.Sprintf("users/1%020d", n), name: name, email: strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@entidad.example", domain: homeDomain, typed: map[string]map[string][]string{}}
	ws.users[u.id] = u
	return u
}

// Stranger adds somebody of another organization.
func (ws *Workspace) Stranger(name string) *User {
	u := ws.User(name)
	u.external, u.domain, u.email = true, "other0domain", strings.ReplaceAll(u.email, "@entidad.example", "@otra.example")
	return u
}

// Robot adds another app, whose messages are told too where it calls this one.
func (ws *Workspace) Robot(name string) *User {
	u := ws.User(name)
	u.robot, u.email = true, ""
	return u
}

// HideProfile lets events tell neither the name nor the e-mail address of a person, as they do of some.
func (u *User) HideProfile() {
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	u.hidden = true
}

// Space adds a room with the app and these people.
func (ws *Workspace) Space(title string, members ...*User) *Space {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	s := &Space{ws: ws, Name: fmt.Sprintf("spaces/AAAA%06d", ws.next()), Title: title, members: map[*User]string{}, group: map[*User]bool{}, invited: map[*User]bool{}}
	for _, u := range members {
		s.members[u] = u.affiliation()
	}
	ws.spaces[s.Name] = s
	return s
}

func (u *User) affiliation() string {
	if u.external {
		return "EXTERNAL"
	}
	return "INTERNAL"
}

// Address is the bot's address of the person.
func (u *User) Address() string { return "googlechat:" + u.id }

// Address is the bot's address of the space.
func (s *Space) Address() string { return "googlechat:" + s.Name }

// Direct are the direct messages of the person with the app, which exist once they opened them.
func (u *User) Direct() *Space {
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	return u.direct()
}

func (u *User) direct() *Space {
	if u.dm == nil {
		// An organization owns the direct messages of its own people.
		u.dm = &Space{ws: u.ws, Name: fmt.Sprintf("spaces/DDDD%06d", u.ws.next()), direct: u, members: map[*User]string{u: "INTERNAL"}, group: map[*User]bool{}, invited: map[*User]bool{}}
		u.ws.spaces[u.dm.Name] = u.dm
	}
	return u.dm
}

// Join lets somebody into a space.
func (s *Space) Join(u *User) {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	s.members[u] = u.affiliation()
	delete(s.invited, u)
}

// Leave takes somebody out of a space.
func (s *Space) Leave(u *User) {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	delete(s.members, u)
}

// JoinGroup lets somebody in with a Google group: they have no membership of their own.
func (s *Space) JoinGroup(u *User) {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	s.group[u] = true
}

// Invite asks somebody into a space, who has not answered: they are no member yet.
func (s *Space) Invite(u *User) {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	s.members[u], s.invited[u] = u.affiliation(), true
}

// Remove takes the app out of a space.
func (s *Space) Remove() {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	s.removed = true
}

func (s *Space) has(u *User) bool {
	return u != nil && (s.members[u] != "" && !s.invited[u] || s.group[u])
}

func (s *Space) resource() map[string]any {
	m := map[string]any{"name": s.Name, "type": "ROOM", "spaceType": "SPACE", "displayName": s.Title, "spaceThreadingState": "THREADED_MESSAGES", "spaceHistoryState": "HISTORY_ON",
		"customer": "customers/C01", "membershipCount": map[string]any{"joinedDirectHumanUserCount": len(s.members)}, "lastActiveTime": "2026-11-23T15:00:00.123456Z"}
	if s.direct != nil {
		m["type"], m["spaceType"], m["singleUserBotDm"] = "DM", "DIRECT_MESSAGE", true
		delete(m, "displayName")
		delete(m, "customer")
	}
	if s.install {
		m["adminInstalled"] = true
	}
	if s.forgets {
		m["spaceHistoryState"] = "HISTORY_OFF"
	}
	return m
}

func (s *Space) membership(u *User) map[string]any {
	state, role := "JOINED", "ROLE_MEMBER"
	if s.invited[u] {
		state, role = "INVITED", ""
	}
	return map[string]any{"name": s.Name + "/members/" + strings.TrimPrefix(u.id, "users/"), "state": state, "role": role, "affiliation": s.members[u], "createTime": "2026-01-05T13:00:00Z",
		"member": map[string]any{"name": u.id, "displayName": u.name, "email": u.email, "domainId": u.domain, "type": "HUMAN"}}
}

func (u *User) resource() map[string]any {
	m := map[string]any{"name": u.id, "displayName": u.name, "email": u.email, "type": "HUMAN", "domainId": u.domain, "avatarUrl": "https://lh3.example/avatar"}
	if u.robot {
		m["type"] = "BOT"
	}
	if u.hidden || u.robot {
		delete(m, "email")
	}
	if u.hidden {
		delete(m, "displayName")
	}
	return m
}
