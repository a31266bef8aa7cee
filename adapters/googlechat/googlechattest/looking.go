package googlechattest

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	numericUser  = regexp.MustCompile(`^users/[0-9]+$`)
	memberFilter = regexp.MustCompile(`^(member\.type|role) (=|!=) "[A-Z_]+"$`)
)

func (ws *Workspace) getSpace(space *Space, _ *http.Request, _ []byte) (int, any) {
	return http.StatusOK, space.resource()
}

// listSpaces shows those that the app is in, two at a time.
func (ws *Workspace) listSpaces(_ *Space, r *http.Request, _ []byte) (int, any) {
	var in []any
	for _, name := range slices.Sorted(maps.Keys(ws.spaces)) {
		if s := ws.spaces[name]; !s.removed {
			in = append(in, s.resource())
		}
	}
	return http.StatusOK, page(r, "spaces", in)
}

// page is two of a list, so that pages are read.
func page(r *http.Request, key string, all []any) map[string]any {
	const most = 2
	from, _ := strconv.Atoi(r.URL.Query().Get("pageToken"))
	from = min(max(from, 0), len(all))
	to := min(from+most, len(all))
	out := map[string]any{key: all[from:to]}
	if to < len(all) {
		out["nextPageToken"] = strconv.Itoa(to)
	}
	return out
}

func (ws *Workspace) findDirect(_ *Space, r *http.Request, _ []byte) (int, any) {
	name := r.URL.Query().Get("name")
	if !numericUser.MatchString(name) {
		ws.fault("spaces.findDirectMessage", []string{"an app without a user asks by users/ and a number only"})
		return refused(http.StatusBadRequest, "name")
	}
	u := ws.users[name]
	if u == nil || u.dm == nil || u.dm.removed {
		return refused(http.StatusNotFound, "no direct messages")
	}
	return http.StatusOK, u.dm.resource()
}

func (ws *Workspace) getMember(space *Space, r *http.Request, _ []byte) (int, any) {
	id := "users/" + r.PathValue("member")
	switch {
	case id == appUser:
		return refused(http.StatusForbidden, "an app may not read its own membership")
	case !numericUser.MatchString(id):
		ws.fault("members.get", []string{"a member is asked for by number, since e-mail addresses change"})
		return refused(http.StatusBadRequest, "name")
	}
	u := ws.users[id]
	if u == nil || space.members[u] == "" {
		return refused(http.StatusNotFound, "not a member")
	}
	return http.StatusOK, space.membership(u)
}

// listMembers shows the people of a space, and no apps.
func (ws *Workspace) listMembers(space *Space, r *http.Request, _ []byte) (int, any) {
	if f := r.URL.Query().Get("filter"); f != "" && !memberFilter.MatchString(f) {
		ws.fault("members.list", []string{fmt.Sprintf("filter %q", f)})
		return refused(http.StatusBadRequest, "filter")
	}
	var members []any
	for _, u := range slices.SortedFunc(maps.Keys(space.members), func(a, b *User) int { return strings.Compare(a.id, b.id) }) {
		if !u.robot {
			members = append(members, space.membership(u))
		}
	}
	return http.StatusOK, page(r, "memberships", members)
}
