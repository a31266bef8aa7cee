package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"helptic/bot"
	"helptic/storage/sqlite"
	"helptic/ticket"
)

// killFolder makes the test binary a writer that somebody kills.
const killFolder = "HELPTIC_TEST_KILL_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killFolder); dir != "" {
		fmt.Fprintln(os.Stderr, write(dir, os.Getenv("HELPTIC_TEST_KILL_ROUND")))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// write adds events and tickets from 8 sides until the process dies, and prints the key of
// each when the store has said that it stands.
func write(dir, round string) error {
	ctx := context.Background()
	s, err := sqlite.Open(ctx, dir, 1)
	if err != nil {
		return err
	}
	failed := make(chan error)
	for side := range 8 {
		go func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("%s-%d-%d", round, side, i)
				if side%2 == 0 {
					_, err := s.Accept(ctx, bot.StoredEvent{Key: key, OrderingKey: "a", Body: []byte(strings.Repeat("x", 600)), At: time.UnixMilli(1), Until: time.UnixMilli(1)})
					if err != nil {
						failed <- err
						return
					}
					fmt.Fprintf(os.Stdout, "event %s\n", key)
					continue
				}
				made := &ticket.Ticket{Draft: key, State: ticket.New}
				if _, err := s.CreateTicket(ctx, made, func(*ticket.Ticket) {}); err != nil {
					failed <- err
					return
				}
				fmt.Fprintf(os.Stdout, "ticket %s %d\n", key, made.Number)
			}
		}()
	}
	return <-failed
}

// What the store has said to be written is there after a process was killed at any
// moment, and the numbers of tickets go on without gap or repeat.
func TestKilled(t *testing.T) {
	const seed, rounds = 7, 5
	random := rand.New(rand.NewPCG(seed, seed))
	dir := t.TempDir()
	events, tickets := map[string]bool{}, map[string]int64{}
	for round := range rounds {
		limit := 1 + random.IntN(600)
		for _, line := range killAfter(t, dir, round, limit) {
			var key string
			var number int64
			if _, err := fmt.Sscanf(line, "event %s", &key); err == nil {
				events[key] = true
			} else if _, err := fmt.Sscanf(line, "ticket %s %d", &key, &number); err == nil {
				tickets[key] = number
			}
		}
		check(t, dir, events, tickets)
	}
	if len(events) == 0 || len(tickets) == 0 {
		t.Errorf("%d events and %d tickets were written", len(events), len(tickets))
	}
}

// killAfter runs a writer and kills it after a number of whole lines; it returns all whole
// lines that came.
func killAfter(t *testing.T, dir string, round, limit int) (lines []string) {
	t.Helper()
	writer := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	writer.Env = append(os.Environ(), killFolder+"="+dir, fmt.Sprint("HELPTIC_TEST_KILL_ROUND=", round))
	var complaint strings.Builder
	writer.Stderr = &complaint
	out, err := writer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	var kill sync.Once
	read := bufio.NewReader(out)
	for {
		line, err := read.ReadString('\n')
		if err != nil {
			break
		}
		if lines = append(lines, line); len(lines) >= limit {
			kill.Do(func() { err = writer.Process.Kill() })
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	var ended *exec.ExitError
	if err := writer.Wait(); len(lines) < limit || !errors.As(err, &ended) || ended.ExitCode() != -1 {
		t.Fatalf("the writer ended by itself after %d lines: %v %s", len(lines), err, complaint.String())
	}
	return lines
}

func check(t *testing.T, dir string, events map[string]bool, tickets map[string]int64) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), dir, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	there := map[string]bool{}
	found, err := s.LeaseEvents(t.Context(), time.UnixMilli(2), time.UnixMilli(1), 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range found {
		there[e.Key] = true
	}
	for key := range events {
		if !there[key] {
			t.Errorf("event %s is lost", key)
		}
	}
	for key, number := range tickets {
		if got, err := s.Ticket(t.Context(), number); err != nil || got.Draft != key {
			t.Errorf("ticket %d of %s: %+v, %v", number, key, got, err)
		}
	}
	last := &ticket.Ticket{Draft: fmt.Sprint("check-", len(events), "-", len(tickets)), State: ticket.New}
	if _, err := s.CreateTicket(t.Context(), last, func(*ticket.Ticket) {}); err != nil {
		t.Fatal(err)
	}
	drafts := map[string]bool{}
	for number := range last.Number {
		got, err := s.Ticket(t.Context(), number+1)
		if err != nil {
			t.Fatalf("number %d of %d: %v", number+1, last.Number, err)
		}
		if drafts[got.Draft] {
			t.Errorf("%s was registered twice", got.Draft)
		}
		drafts[got.Draft] = true
	}
}
