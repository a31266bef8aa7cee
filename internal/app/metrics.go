package app

import (
	"errors"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"helptic/bot"
)

// metrics is the bot.Meter of the program. Prometheus reads it at GET /metrics.
type metrics struct {
	registry *prometheus.Registry
	accepted *prometheus.HistogramVec
	refused  *prometheus.CounterVec
	handled  *prometheus.HistogramVec
	sent     *prometheus.HistogramVec
}

func newMetrics() *metrics {
	seconds := []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	histogram := func(name, help string, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "helptic_" + name, Help: help, Buckets: seconds}, labels)
	}
	m := &metrics{
		registry: prometheus.NewRegistry(),
		accepted: histogram("event_accept_seconds", "Time to store an event before the chat is told that it arrived.", "chat"),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "helptic_events_refused_total",
			Help: "Events that could not be stored, which the chat has to deliver again."}, []string{"chat"}),
		handled: histogram("event_handle_seconds", "Time to apply an event, from its turn on.", "chat"),
		sent:    histogram("message_seconds", "Time of one call to a chat to show a message.", "chat", "result"),
	}
	m.registry.MustRegister(m.accepted, m.refused, m.handled, m.sent,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector())
	return m
}

// Accepted implements bot.Meter.
func (m *metrics) Accepted(chat string, took time.Duration, err error) {
	if err != nil {
		m.refused.WithLabelValues(chat).Inc()
		return
	}
	m.accepted.WithLabelValues(chat).Observe(took.Seconds())
}

// Handled implements bot.Meter.
func (m *metrics) Handled(chat string, took time.Duration) {
	m.handled.WithLabelValues(chat).Observe(took.Seconds())
}

// Said implements bot.Meter.
func (m *metrics) Sent(chat string, took time.Duration, err error) {
	result := "ok"
	var again *bot.RetryError
	switch {
	case errors.Is(err, bot.ErrGone):
		result = "gone"
	case errors.As(err, &again):
		result = "retry"
	case err != nil:
		result = "refused"
	}
	m.sent.WithLabelValues(chat, result).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}
