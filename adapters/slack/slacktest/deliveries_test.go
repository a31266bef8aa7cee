package slacktest_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack/slackevents"

	"helptic/adapters/slack/slacktest"
)

func TestFailedEventIsRetriedThreeTimes(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	one := ws.User("U1", "Usuario 1", "")
	failures := make(chan int, 100)
	a := &app{onStatus: func(path string) int {
		select {
		case status := <-failures:
			return status
		default:
			return 0
		}
	}}
	a.start(t, ws)
	for range 3 {
		failures <- 500
	}
	attempts := func(n int) {
		t.Helper()
		ws.Await("an attempt", func() bool { return len(ws.Deliveries()) == n })
	}
	one.Says(one.DM(), "hola")
	attempts(2)
	ws.Advance(time.Minute)
	attempts(3)
	ws.Advance(5 * time.Minute)
	attempts(4)
	log := ws.Deliveries()
	if log[3].Attempt != 3 || log[3].Reason != "" || log[0].Reason != "http_error" || log[0].EventID != log[3].EventID {
		t.Errorf("%d attempts, the first %q, the last %q", len(log), log[0].Reason, log[3].Reason)
	}
	if got := a.retries; len(got) != 1 || got[0] != "3" {
		t.Errorf("retry numbers: %q", got)
	}
}

func TestEventsAreDuplicatedHeldAndCaptured(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	one := ws.User("U1", "Usuario 1", "")
	a := &app{}
	a.start(t, ws)
	ws.DuplicateEvents(1)
	one.Says(one.DM(), "uno")
	ws.Settle()
	if len(a.ids) != 2 || a.ids[0] != a.ids[1] {
		t.Errorf("event ids: %q", a.ids)
	}
	ws.HoldEvents()
	one.Says(one.DM(), "dos")
	one.Says(one.DM(), "tres")
	ws.ReleaseEvents(true)
	ws.Settle()
	if len(a.ids) != 4 || a.ids[2] <= a.ids[3] {
		t.Errorf("event ids: %q", a.ids)
	}
	bodies := ws.CaptureEvents(func() { one.Says(one.DM(), "cuatro") })
	ws.Settle()
	if len(bodies) != 1 || !strings.Contains(string(bodies[0]), "cuatro") || len(a.ids) != 4 {
		t.Errorf("%d bodies, event ids %q", len(bodies), a.ids)
	}
	ws.Redeliver(ws.Deliveries()[0])
	ws.Settle()
	if len(a.ids) != 5 || a.ids[4] != a.ids[0] {
		t.Errorf("event ids: %q", a.ids)
	}
}

// Connections take turns, and a lost one is replaced.
func TestEventsOfALostConnectionAreDeliveredAgain(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{SocketMode: true})
	one := ws.User("U1", "Usuario 1", "")
	a := &app{}
	a.start(t, ws)
	b := &app{api: a.api}
	b.run(t.Context(), t)
	ws.AwaitSockets(2)
	for range 10 {
		one.Says(one.DM(), "hola")
	}
	ws.Settle()
	if len(a.kinds()) != 5 || len(b.kinds()) != 5 {
		t.Errorf("%d and %d events", len(a.kinds()), len(b.kinds()))
	}
	ws.Disconnect("refresh_requested")
	ws.Await("new connections", func() bool { return ws.Connections() >= 4 && ws.Sockets() == 2 })
	ws.CutSockets()
	ws.Await("new connections", func() bool { return ws.Connections() >= 6 && ws.Sockets() == 2 })
	one.Says(one.DM(), "hola")
	ws.Settle()
	if got := len(a.kinds()) + len(b.kinds()); got != 11 {
		t.Errorf("%d events", got)
	}
}

// An envelope that is not acknowledged is delivered again, with the number of the attempt.
func TestUnacknowledgedEventIsRetried(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{SocketMode: true})
	one := ws.User("U1", "Usuario 1", "")
	arrived, release := make(chan struct{}, 2), make(chan struct{})
	a := &app{onEvent: func(slackevents.EventsAPIInnerEvent) {
		arrived <- struct{}{}
		<-release
	}}
	a.start(t, ws)
	one.Says(one.DM(), "hola")
	<-arrived
	ws.Advance(4 * time.Second)
	ws.Await("the event to be given up", func() bool { return len(ws.Deliveries()) == 1 })
	close(release)
	<-arrived
	ws.Settle()
	if a.ids[0] != a.ids[1] || a.retries[1] != "1" {
		t.Errorf("%q %q", a.ids, a.retries)
	}
}

// The retry has the reason of the timeout.
func TestAnswerAfterThreeSecondsIsRetried(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	one := ws.User("U1", "Usuario 1", "")
	arrived, release := make(chan struct{}, 4), make(chan struct{})
	a := &app{onEvent: func(slackevents.EventsAPIInnerEvent) {
		arrived <- struct{}{}
		<-release
	}}
	a.start(t, ws)
	one.Says(one.DM(), "hola")
	<-arrived
	ws.Advance(4 * time.Second)
	<-arrived
	close(release)
	ws.Settle()
	log := ws.Deliveries()
	if len(log) != 2 || log[0].Reason != "http_timeout" || log[1].Reason != "" || log[1].Attempt != 1 {
		t.Errorf("%d attempts, the first %q", len(log), log[0].Reason)
	}
}

func TestReplicasTakeTurnsAndOneThatIsDownIsSkipped(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	one := ws.User("U1", "Usuario 1", "")
	a, b := &app{}, &app{}
	first := httptest.NewServer(a.serve(ws.Config().SigningSecret))
	t.Cleanup(first.Close)
	second := httptest.NewServer(b.serve(ws.Config().SigningSecret))
	t.Cleanup(second.Close)
	ws.PointAt(first.URL, second.URL)
	for range 4 {
		one.Says(one.DM(), "hola")
	}
	ws.Settle()
	if len(a.ids) != 2 || len(b.ids) != 2 {
		t.Errorf("%d and %d events", len(a.ids), len(b.ids))
	}
	second.Close()
	for range 4 {
		one.Says(one.DM(), "hola")
	}
	ws.Settle()
	if len(a.ids) != 6 {
		t.Errorf("%d events reached the one that is left", len(a.ids))
	}
}
