package slacktest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/slack-go/slack"

	"helptic/adapters/slack/slacktest"
)

// BenchmarkEvents is the cost of slacktest itself: signed events to an app that only answers 200. A figure
// of an app that is measured with it includes this.
func BenchmarkEvents(b *testing.B) {
	ws := slacktest.New(b, slacktest.Config{NoEcho: true})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		if r.Header.Get("X-Slack-Signature") != "" && len(raw) < 200 {
			_, _ = io.WriteString(w, "slacktest-challenge")
		}
	}))
	b.Cleanup(server.Close)
	ws.PointAt(server.URL)
	var people []*slacktest.User
	for n := range 64 {
		people = append(people, ws.User(fmt.Sprintf("U%d", n+1), fmt.Sprintf("Usuario %d", n+1), ""))
	}
	b.ResetTimer()
	for n := range b.N {
		one := people[n%len(people)]
		one.Says(one.DM(), "hola")
		if n%len(people) == len(people)-1 {
			ws.Settle()
		}
	}
	ws.Settle()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkPosts(b *testing.B) {
	ws := slacktest.New(b, slacktest.Config{NoEcho: true})
	api := client(ws)
	var next atomic.Int64
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		n := next.Add(1)
		one := ws.User(fmt.Sprintf("U%d", n), fmt.Sprintf("Usuario %d", n), "")
		for pb.Next() {
			if _, _, err := api.PostMessageContext(b.Context(), one.DM(), slack.MsgOptionText("hola", false), slack.MsgOptionBlocks(section("hola"), buttons("Ver"))); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
}
