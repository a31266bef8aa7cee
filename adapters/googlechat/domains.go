package googlechat

import (
	"context"
	"sync"
	"time"

	"google.golang.org/api/chat/v1"

	"helptic/bot"
)

// domains caches the domains of the organization: those of its people in the agents' space.
type domains struct {
	mu    sync.Mutex
	known map[string]bool // never changed once it is here
	// fetchAfter is when the members of the agents' space may be listed again.
	fetchAfter time.Time
}

const domainFetchInterval = 5 * time.Minute

// isForeignDomain reports whether a domain is known not to belong to the organization.
func (a *Adapter) isForeignDomain(ctx context.Context, domain string) (bool, error) {
	known, err := a.organizationDomains(ctx)
	return len(known) > 0 && domain != "" && !known[domain], err
}

// organizationDomains returns the known domains. While there are none, it looks for them again.
func (a *Adapter) organizationDomains(ctx context.Context) (map[string]bool, error) {
	a.domains.mu.Lock()
	known := a.domains.known
	a.domains.mu.Unlock()
	if len(known) > 0 {
		return known, nil
	}
	return coalesce(ctx, a.people.lookups, "domains", func(ctx context.Context) (map[string]bool, error) {
		known, err := a.readDomains(ctx)
		if err != nil {
			return nil, err
		}
		if len(known) == 0 {
			if known, err = a.fetchDomains(ctx); err != nil {
				return nil, err
			}
		}
		a.domains.mu.Lock()
		defer a.domains.mu.Unlock()
		a.domains.known = known
		return known, nil
	})
}

func (a *Adapter) readDomains(ctx context.Context) (map[string]bool, error) {
	known := map[string]bool{}
	if err := a.readStream(ctx, streamDomains, func(e bot.Entry) error { known[e.Key] = true; return nil }); err != nil {
		return nil, &bot.RetryError{Err: err}
	}
	return known, nil
}

// fetchDomains finds the domains in the members of the agents' space, and stores them. It does so
// at most once in domainFetchInterval.
func (a *Adapter) fetchDomains(ctx context.Context) (map[string]bool, error) {
	known, space := map[string]bool{}, resourceName(a.config.AgentChannel)
	if space == "" || !a.domains.startFetch(a.config.Now()) {
		return known, nil
	}
	err := a.eachMember(ctx, space, func(m *chat.Membership) {
		if m.Affiliation == affiliationInternal && m.Member != nil && m.Member.DomainId != "" {
			known[m.Member.DomainId] = true
		}
	})
	switch {
	case err != nil && retryable(err):
		a.domains.allowFetch()
		return nil, err
	case err != nil: // the app is not in the space: Check says so
		a.log.Warn().Err(err).Msg("members of the agents' space not listed, domains of the organization unknown")
		return known, nil
	}
	for domain := range known {
		if err := a.storeDomain(ctx, domain); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// startFetch reports whether the members may be listed now, and begins the interval if so.
func (d *domains) startFetch(now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now.Before(d.fetchAfter) {
		return false
	}
	d.fetchAfter = now.Add(domainFetchInterval)
	return true
}

func (d *domains) allowFetch() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fetchAfter = time.Time{}
}

// addDomain stores a domain that is not known yet.
func (a *Adapter) addDomain(ctx context.Context, domain string) error {
	known, err := a.organizationDomains(ctx)
	if err != nil || known[domain] {
		return err
	}
	if err := a.storeDomain(ctx, domain); err != nil {
		return err
	}
	a.domains.mu.Lock()
	defer a.domains.mu.Unlock()
	a.domains.known = nil // to be read again
	return nil
}

func (a *Adapter) storeDomain(ctx context.Context, domain string) error {
	if _, err := a.config.AppendLog.Append(ctx, streamDomains, domain, emptyBody); err != nil {
		return &bot.RetryError{Err: err}
	}
	return nil
}

// eachMember lists the people who are members of a space themselves. Those who belong to it by a Google group are
// not listed.
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
