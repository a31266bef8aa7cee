package googlechat

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"google.golang.org/api/chat/v1"

	"helptic/bot"
)

// How long what Google says of people is believed.
const (
	presenceTTL = 5 * time.Minute
	internalTTL = time.Hour
	guestTTL    = time.Minute // it is told again soon, should somebody be taken in
)

const (
	affiliationInternal = "INTERNAL"
	stateJoined         = "JOINED"
)

var errPersonNotFound = errors.New("google chat: nobody is known under that address")

// Member implements bot.Adapter. Whoever has just acted in a space is in it, even where they came
// with a Google group and have no membership of their own.
func (a *Adapter) Member(ctx context.Context, channel, person string) (bool, error) {
	space, id := resourceName(channel), resourceName(person)
	if !spaceName.MatchString(space) || !userName.MatchString(id) {
		return false, nil
	}
	a.people.mu.Lock()
	present := a.config.Now().Before(a.people.seen[[2]string{space, id}])
	a.people.mu.Unlock()
	if present {
		return true, nil
	}
	m, err := a.membership(ctx, space, id)
	if err != nil || m == nil {
		return false, err
	}
	return m.State == stateJoined && (m.Member == nil || m.Member.Type != "BOT") && !isExternal(m), nil
}

// outside tells whether a member is of another organization: they are in the space and are no agents.
func isExternal(m *chat.Membership) bool {
	return m.Affiliation != "" && m.Affiliation != affiliationInternal && m.Affiliation != "AFFILIATION_UNSPECIFIED"
}

// membership asks for one person; nil: they have none of their own.
func (a *Adapter) membership(ctx context.Context, space, person string) (*chat.Membership, error) {
	var m *chat.Membership
	err := a.call(ctx, func(ctx context.Context) (err error) {
		m, err = a.api.Spaces.Members.Get(space + "/members/" + strings.TrimPrefix(person, "users/")).Context(ctx).Do()
		return err
	})
	switch statusOf(err) {
	case http.StatusNotFound, http.StatusForbidden:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// Person implements bot.Adapter: as their last event told, else as a member of the agents' space.
func (a *Adapter) Person(ctx context.Context, addr string) (bot.Person, error) {
	id := resourceName(addr)
	if !userName.MatchString(id) {
		return bot.Person{}, errPersonNotFound
	}
	known, err := a.profile(ctx, id)
	if err != nil {
		return bot.Person{}, &bot.RetryError{Err: err}
	}
	if known.Name == "" {
		a.people.forget(id)
		told, err := a.findMember(ctx, id)
		if err != nil {
			return bot.Person{}, err
		}
		known.Name, known.Email = cmp.Or(told.Name, known.Name), cmp.Or(told.Email, known.Email)
		known.Domain = cmp.Or(told.Domain, known.Domain)
	}
	guest, err := a.isForeignDomain(ctx, known.Domain)
	if err != nil {
		return bot.Person{}, &bot.RetryError{Err: err}
	}
	p := user{Name: id, DisplayName: known.Name, Email: known.Email}.person()
	p.Guest = guest
	if p.Name == "" {
		p.Name = strings.TrimPrefix(id, "users/")
	}
	return p, nil
}

// lookUp finds somebody who never wrote to the app, in the spaces that it shares with them.
func (a *Adapter) findMember(ctx context.Context, id string) (profile, error) {
	spaces := []string{resourceName(a.config.AgentChannel), resourceName(a.config.SecurityChannel)}
	if direct, err := a.directSpace(ctx, address(id)); err == nil {
		spaces = append(spaces, direct)
	} else if !errors.Is(err, errNoDirectMessages) {
		return profile{}, err
	}
	for _, space := range spaces {
		if space == "" {
			continue
		}
		m, err := a.membership(ctx, space, id)
		if err != nil {
			return profile{}, err
		}
		if m == nil || m.Member == nil || m.Member.Type == "BOT" {
			continue
		}
		told := profile{Name: oneLine(m.Member.DisplayName), Email: m.Member.Email, Domain: m.Member.DomainId}
		if err := a.saveProfile(ctx, id, told); err != nil {
			return profile{}, &bot.RetryError{Err: err}
		}
		return told, nil
	}
	return profile{}, errPersonNotFound
}

// Complete tells whether somebody is of another organization, and stores the bytes of files.
func (a *Adapter) Enrich(ctx context.Context, e *bot.Event) (note string, err error) {
	if e.From.Guest, err = a.isGuest(ctx, e); err != nil {
		return "", err
	}
	return a.downloadFiles(ctx, e)
}

// guest tells whether whoever acted is of another organization. In a space Google says so of
// every member; the direct messages belong to the person's own organization, so there the
// domain must be one that members of the agents' space have, once one is known. Whoever is
// no guest and has acted in a space is believed to be in it for a while.
func (a *Adapter) isGuest(ctx context.Context, e *bot.Event) (bool, error) {
	id, space := resourceName(e.From.ID), resourceName(e.Room.Channel)
	now := a.config.Now()
	a.people.mu.Lock()
	s, ok := a.people.ours[id]
	a.people.mu.Unlock()
	if !ok || !now.Before(s.until) {
		known, err := a.profile(ctx, id)
		if err != nil {
			return false, &bot.RetryError{Err: err}
		}
		if s.guest, err = a.classifyGuest(ctx, id, cmp.Or(space, known.Direct), space != "", known.Domain); err != nil {
			return false, err
		}
		s.until = now.Add(internalTTL)
		if s.guest {
			s.until = now.Add(guestTTL)
		}
		a.people.stand(id, s)
	}
	if space != "" && !s.guest {
		a.people.see(space, id, now)
	}
	return s.guest, nil
}

func (a *Adapter) classifyGuest(ctx context.Context, id, space string, shared bool, domain string) (bool, error) {
	if space == "" {
		return true, nil // unreachable: every event comes from a space
	}
	m, err := a.membership(ctx, space, id)
	if err != nil {
		return false, err
	}
	agents := space == resourceName(a.config.AgentChannel) || space == resourceName(a.config.SecurityChannel)
	switch {
	case m == nil && agents:
		// With a Google group: the domain decides.
		home, err := a.organizationDomains(ctx)
		return !home[domain], err
	case m == nil && shared:
		return true, nil
	case m == nil:
		return a.isForeignDomain(ctx, domain)
	case isExternal(m):
		return true, nil
	case shared:
		if agents && m.Affiliation == affiliationInternal && domain != "" {
			return false, a.addDomain(ctx, domain)
		}
		return false, nil
	}
	return a.isForeignDomain(ctx, domain)
}

func (p *people) see(space, person string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil || len(p.seen) >= maxCached {
		p.seen = map[[2]string]time.Time{}
	}
	p.seen[[2]string{space, person}] = now.Add(presenceTTL)
}

func (p *people) stand(person string, s standing) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ours == nil || len(p.ours) >= maxCached {
		p.ours = map[string]standing{}
	}
	p.ours[person] = s
}
