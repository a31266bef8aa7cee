package googlechattest

import (
	"fmt"
	"time"
)

// What a project may do in a minute, all its spaces together.
func quotas() map[string]int {
	return map[string]int{"message writes": 3000, "message reads": 3000, "membership reads": 3000, "space reads": 3000, "attachment reads": 3000}
}

// counted are the quotas that methods count for.
var counted = map[string]string{"messages.create": "message writes", "messages.patch": "message writes", "messages.get": "message reads",
	"members.get": "membership reads", "members.list": "membership reads", "spaces.get": "space reads", "spaces.list": "space reads",
	"spaces.findDirectMessage": "space reads", "media.download": "attachment reads"}

// writes are the methods that change a space; the others read it.
var writes = map[string]bool{"messages.create": true, "messages.patch": true, "media.upload": true}

// What everybody together may do in one space in a second. Config.Pace is how long a second lasts.
const (
	writesInSpace = 1
	readsInSpace  = 15
)

const secondsInMinute = 60

// over tells whether a call is more than may be made, and which limit that is. The lock is held.
func (ws *Workspace) over(method, space string, which *string) bool {
	now := time.Now()
	type limit struct {
		name string
		most int
		in   time.Duration
	}
	var limits []limit
	if space != "" {
		one := limit{"reads of " + space, readsInSpace, ws.config.Pace}
		if writes[method] {
			one = limit{"writes to " + space, writesInSpace, ws.config.Pace}
		}
		limits = append(limits, one)
	}
	if name := counted[method]; name != "" {
		limits = append(limits, limit{name, ws.quotas[name], secondsInMinute * ws.config.Pace})
	}
	for _, l := range limits {
		recent := ws.recent[l.name]
		for len(recent) > 0 && now.Sub(recent[0]) >= l.in {
			recent = recent[1:]
		}
		if ws.recent[l.name] = recent; len(recent) >= l.most {
			*which = fmt.Sprintf("more than %d %s in %s", l.most, l.name, l.in)
			return true
		}
	}
	for _, l := range limits {
		ws.recent[l.name] = append(ws.recent[l.name], now)
	}
	return false
}
