package googlechat

import (
	"context"
	"errors"
	"time"

	"google.golang.org/api/chat/v1"

	"helptic/bot"
)

// foreign tells whether a domain is known not to be of the organization.
func (a *Adapter) isForeignDomain(ctx context.Context, domain string) (bool, error) {
	home, err := a.organizationDomains(ctx)
	return len(home) > 0 && domain != "" && !home[domain], err
}

// homes are the domains of the organization: those of its people in the agents' space.
func (a *Adapter) organizationDomains(ctx context.Context) (map[string]bool, error) {
	a.people.mu.Lock()
	home := a.people.home
	a.people.mu.Unlock()
	if len(home) > 0 {
		return home, nil
	}
	home = map[string]bool{}
	if err := a.readStream(ctx, streamDomains, func(e bot.Entry) error { home[e.Key] = true; return nil }); err != nil {
		return nil, &bot.RetryError{Err: err}
	}
	if len(home) == 0 {
		var err error
		if home, err = a.fetchDomains(ctx); err != nil {
			return nil, err
		}
	}
	a.people.mu.Lock()
	a.people.home = home
	a.people.mu.Unlock()
	return home, nil
}

// askHomes learns the domains from who is in the agents' space, where nobody has acted there
// yet. A space of which nothing is learned is asked again after a while.
func (a *Adapter) fetchDomains(ctx context.Context) (map[string]bool, error) {
	home, space := map[string]bool{}, resourceName(a.config.AgentChannel)
	now := a.config.Now()
	a.people.mu.Lock()
	early := now.Before(a.people.askAgain)
	a.people.askAgain = now.Add(presenceTTL)
	a.people.mu.Unlock()
	if space == "" || early {
		return home, nil
	}
	err := a.eachMember(ctx, space, func(m *chat.Membership) {
		if m.Affiliation == affiliationInternal && m.Member != nil && m.Member.DomainId != "" {
			home[m.Member.DomainId] = true
		}
	})
	var again *bot.RetryError
	switch {
	case errors.As(err, &again):
		a.people.mu.Lock()
		a.people.askAgain = time.Time{}
		a.people.mu.Unlock()
		return nil, err
	case err != nil: // the app is not in the space: check says so
		a.log.Warn().Err(err).Msg("who is in the agents' space is not known")
		return home, nil
	}
	for domain := range home {
		if _, err := a.config.AppendLog.Append(ctx, streamDomains, domain, emptyBody); err != nil {
			return nil, &bot.RetryError{Err: err}
		}
	}
	return home, nil
}

// eachMember shows the people who are in a space by their own names.
func (a *Adapter) eachMember(ctx context.Context, space string, each func(*chat.Membership)) error {
	for page := ""; ; {
		var list *chat.ListMembershipsResponse
		err := a.call(ctx, func(ctx context.Context) (err error) {
			list, err = a.api.Spaces.Members.List(space).PageSize(100).PageToken(page).Filter(`member.type = "HUMAN"`).Context(ctx).Do()
			return err
		})
		if err != nil {
			return err
		}
		for _, m := range list.Memberships {
			if m.State == stateJoined {
				each(m)
			}
		}
		if page = list.NextPageToken; page == "" {
			return nil
		}
	}
}

func (a *Adapter) addDomain(ctx context.Context, domain string) error {
	home, err := a.organizationDomains(ctx)
	if err != nil || home[domain] {
		return err
	}
	if _, err := a.config.AppendLog.Append(ctx, streamDomains, domain, emptyBody); err != nil {
		return &bot.RetryError{Err: err}
	}
	a.people.mu.Lock()
	a.people.home = nil
	a.people.mu.Unlock()
	return nil
}
