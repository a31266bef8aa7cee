package googlechat

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"helptic/adapters/googlechat/googlechattest"
)

func TestOutcomeIsAppliedAfterAFailureThatPasses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault googlechattest.Fault
		calls int
		shown bool
		wait  time.Duration // at least
	}{
		"unavailable":       {googlechattest.Fault{Status: http.StatusServiceUnavailable}, 2, true, outcomeRetry * 8 / 10},
		"too many requests": {googlechattest.Fault{Status: http.StatusTooManyRequests, RetryAfter: 2 * time.Second}, 2, true, 2 * time.Second},
		"refused":           {googlechattest.Fault{Status: http.StatusForbidden}, 1, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, ws := newStoredAdapter(t)
			var log strings.Builder
			a.log = zerolog.New(&log)
			a.SetPace(time.Millisecond)
			person := ws.User("Usuario 1")
			ws.Fault("messages.create", c.fault)
			i := interaction{user: user{Name: resourceName(person.Address())}, space: space{Name: person.Direct().Name, SpaceType: spaceTypeDirect}}
			began := time.Now()
			a.applyOutcome(t.Context(), i, outcome{notice: textInProgress})
			if took := time.Since(began); took < c.wait {
				t.Errorf("tried again after %v, want at least %v", took, c.wait)
			}
			if n := ws.Count("messages.create"); n != c.calls {
				t.Errorf("%d calls, want %d", n, c.calls)
			}
			if n := len(person.Direct().Messages()); (n == 1) != c.shown {
				t.Errorf("%d messages", n)
			}
			if given := strings.Contains(log.String(), "status 403") && strings.Contains(log.String(), "given up"); given == c.shown {
				t.Errorf("the log: %s", &log)
			}
		})
	}
}
