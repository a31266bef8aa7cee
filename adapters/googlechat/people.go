package googlechat

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"google.golang.org/api/chat/v1"

	"helptic/bot"
)

// Times for which what Google says of people is cached.
const (
	presenceTTL = 5 * time.Minute
	internalTTL = time.Hour
	guestTTL    = time.Minute // short, for a guest who becomes a member of the organization
)

// Values of memberships.
const (
	affiliationInternal    = "INTERNAL"
	affiliationUnspecified = "AFFILIATION_UNSPECIFIED"
	stateJoined            = "JOINED"
)

var errPersonNotFound = errors.New("google chat: person not found")

// Member implements bot.Adapter. A person who has just acted in a space is a member, even one who belongs to it by
// a Google group and has no membership.
func (a *Adapter) Member(ctx context.Context, channel, person string) (bool, error) {
	space, id := resourceName(channel), resourceName(person)
	if !spacePattern.MatchString(space) || !userPattern.MatchString(id) {
		return false, nil
	}
	if _, ok := a.people.present.get([2]string{space, id}); ok {
		return true, nil
	}
	m, err := a.membership(ctx, space, id)
	if err != nil || m == nil {
		return false, err
	}
	return m.State == stateJoined && !isBot(m) && !isExternal(m), nil
}

// isExternal reports whether a member belongs to another organization. Such members are not agents.
func isExternal(m *chat.Membership) bool {
	return m.Affiliation != "" && m.Affiliation != affiliationInternal && m.Affiliation != affiliationUnspecified
}

func isBot(m *chat.Membership) bool { return m.Member != nil && m.Member.Type == userTypeBot }

// membership returns the membership of a person, nil if they have none.
func (a *Adapter) membership(ctx context.Context, space, user string) (*chat.Membership, error) {
	var m *chat.Membership
	err := a.call(ctx, func(ctx context.Context) (err error) {
		m, err = a.api.Spaces.Members.Get(space + "/members/" + strings.TrimPrefix(user, "users/")).Context(ctx).Do()
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

// Person implements bot.Adapter, with what the person's events said, or else their membership.
func (a *Adapter) Person(ctx context.Context, addr string) (bot.Person, error) {
	id := resourceName(addr)
	if !userPattern.MatchString(id) {
		return bot.Person{}, errPersonNotFound
	}
	known, err := a.profile(ctx, id)
	if err != nil {
		return bot.Person{}, &bot.RetryError{Err: err}
	}
	if known.Name == "" {
		a.evictProfile(id)
		found, err := coalesce(ctx, a.people.lookups, "member "+id, func(ctx context.Context) (storedProfile, error) { return a.findMember(ctx, id) })
		if err != nil {
			return bot.Person{}, err
		}
		known = known.merge(found)
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

// findMember finds a person of whom no event came, by their membership of a space of the app.
func (a *Adapter) findMember(ctx context.Context, user string) (storedProfile, error) {
	spaces := []string{resourceName(a.config.AgentChannel), resourceName(a.config.SecurityChannel)}
	if direct, err := a.directSpace(ctx, address(user)); err == nil {
		spaces = append(spaces, direct)
	} else if !errors.Is(err, errNoDirectMessages) {
		return storedProfile{}, err
	}
	for _, space := range spaces {
		if space == "" {
			continue
		}
		m, err := a.membership(ctx, space, user)
		if err != nil {
			return storedProfile{}, err
		}
		if m == nil || m.Member == nil || isBot(m) {
			continue
		}
		found := storedProfile{Name: oneLine(m.Member.DisplayName), Email: m.Member.Email, Domain: m.Member.DomainId}
		if err := a.saveProfile(ctx, user, found); err != nil {
			return storedProfile{}, &bot.RetryError{Err: err}
		}
		return found, nil
	}
	return storedProfile{}, errPersonNotFound
}

// Enrich implements bot.Enricher: it finds out whether the person is a guest, and stores the bytes of attachments.
func (a *Adapter) Enrich(ctx context.Context, e *bot.Event) (note string, err error) {
	if e.From.Guest, err = a.isGuest(ctx, e); err != nil {
		return "", err
	}
	return a.downloadFiles(ctx, e)
}

// isGuest reports whether the person belongs to another organization. A person who is no guest and
// acts in a space counts as its member for a while.
func (a *Adapter) isGuest(ctx context.Context, e *bot.Event) (bool, error) {
	user, space := resourceName(e.From.ID), resourceName(e.Room.Channel)
	guest, ok := a.people.guests.get(user)
	if !ok {
		var err error
		guest, err = coalesce(ctx, a.people.lookups, "guest "+user+" "+space, func(ctx context.Context) (bool, error) { return a.lookUpGuest(ctx, user, space) })
		if err != nil {
			return false, err
		}
	}
	if space != "" && !guest {
		a.people.present.add([2]string{space, user}, struct{}{}, presenceTTL)
	}
	return guest, nil
}

// lookUpGuest asks Google, and caches what it says. An empty space is the direct messages.
func (a *Adapter) lookUpGuest(ctx context.Context, user, space string) (bool, error) {
	if guest, ok := a.people.guests.get(user); ok {
		return guest, nil // a look-up that has just ended
	}
	known, err := a.profile(ctx, user)
	if err != nil {
		return false, &bot.RetryError{Err: err}
	}
	guest, ttl := false, internalTTL
	if space != "" {
		guest, err = a.isGuestOfSpace(ctx, user, space, known.Domain)
	} else {
		guest, err = a.isGuestInDirect(ctx, user, known)
	}
	if err != nil {
		return false, err
	}
	if guest {
		ttl = guestTTL
	}
	a.people.guests.add(user, guest, ttl)
	return guest, nil
}

// isGuestOfSpace decides by the membership, which has the person's affiliation. A member by a Google group has none:
// in the agents' spaces their domain decides.
func (a *Adapter) isGuestOfSpace(ctx context.Context, user, space, domain string) (bool, error) {
	m, err := a.membership(ctx, space, user)
	if err != nil {
		return false, err
	}
	agents := space == resourceName(a.config.AgentChannel) || space == resourceName(a.config.SecurityChannel)
	switch {
	case m == nil && agents:
		known, err := a.organizationDomains(ctx)
		return !known[domain], err
	case m == nil:
		return true, nil
	case isExternal(m):
		return true, nil
	case agents && m.Affiliation == affiliationInternal && domain != "":
		return false, a.addDomain(ctx, domain)
	}
	return false, nil
}

// isGuestInDirect decides by the domain too: the direct messages belong to the person's own organization, so
// there the affiliation says nothing. While no domain of the organization is known, nobody is a guest.
func (a *Adapter) isGuestInDirect(ctx context.Context, user string, known storedProfile) (bool, error) {
	if known.Direct == "" {
		return true, nil // unreachable: the event came from the direct messages
	}
	m, err := a.membership(ctx, known.Direct, user)
	switch {
	case err != nil:
		return false, err
	case m != nil && isExternal(m):
		return true, nil
	}
	return a.isForeignDomain(ctx, known.Domain)
}
