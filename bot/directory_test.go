package bot_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"helptic/bot"
	"helptic/bot/bottest"
)

func TestDirectoryCachesAnswersForFiveMinutes(t *testing.T) {
	chat := &bottest.Chat{People: map[string]bot.Person{"chat:usuario": {ID: "chat:usuario", Name: "Usuario"}},
		Members: map[string][]string{"chat:mesa": {"chat:usuario"}}}
	now := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	d := bot.NewDirectory([]bot.Adapter{chat}, func() time.Time { return now })
	member := func(person string) string {
		yes, err := d.Member(t.Context(), "chat:mesa", person)
		return fmt.Sprint(yes, err)
	}
	if got := member("chat:usuario") + member("chat:agente") + member("otro:usuario"); got != "true <nil>false <nil>false <nil>" {
		t.Error(got)
	}
	if p, err := d.Person(t.Context(), "chat:usuario"); err != nil || p.Name != "Usuario" {
		t.Errorf("%+v, %v", p, err)
	}
	chat.Members["chat:mesa"], chat.People["chat:usuario"] = nil, bot.Person{ID: "chat:usuario", Name: "Otra"}
	now = now.Add(5*time.Minute - time.Second)
	if p, err := d.Person(t.Context(), "chat:usuario"); member("chat:usuario") != "true <nil>" || err != nil || p.Name != "Usuario" {
		t.Error("asked again before five minutes")
	}
	now = now.Add(time.Second)
	if p, err := d.Person(t.Context(), "chat:usuario"); member("chat:usuario") != "false <nil>" || err != nil || p.Name != "Otra" {
		t.Error("not asked again after five minutes")
	}
}

func TestDirectoryDoesNotCacheErrors(t *testing.T) {
	chat := &bottest.Chat{People: map[string]bot.Person{}}
	d := bot.NewDirectory([]bot.Adapter{chat}, time.Now)
	for _, address := range []string{"chat:usuario", "otro:usuario"} {
		if _, err := d.Person(t.Context(), address); err == nil {
			t.Errorf("found %s", address)
		}
	}
	chat.People["chat:usuario"] = bot.Person{ID: "chat:usuario"}
	if _, err := d.Person(t.Context(), "chat:usuario"); err != nil {
		t.Error(err)
	}
}

// slowChat answers look-ups of people once it is released.
type slowChat struct {
	*bottest.Chat
	mu       sync.Mutex
	lookups  int
	released chan struct{}
}

func (c *slowChat) Person(ctx context.Context, address string) (bot.Person, error) {
	c.mu.Lock()
	c.lookups++
	c.mu.Unlock()
	select {
	case <-c.released:
		return c.Chat.Person(ctx, address)
	case <-ctx.Done():
		return bot.Person{}, ctx.Err()
	}
}

func TestConcurrentEventsOfANewPersonAreOneLookup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &slowChat{Chat: &bottest.Chat{People: map[string]bot.Person{"chat:nueva": {ID: "chat:nueva"}}}, released: make(chan struct{})}
		d := bot.NewDirectory([]bot.Adapter{chat}, time.Now)
		var callers sync.WaitGroup
		first, cancel := context.WithCancel(t.Context())
		callers.Go(func() {
			if _, err := d.Person(first, "chat:nueva"); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled caller: %v", err)
			}
		})
		synctest.Wait()
		for range 10 {
			callers.Go(func() {
				if p, err := d.Person(t.Context(), "chat:nueva"); err != nil || p.ID != "chat:nueva" {
					t.Errorf("%+v, %v", p, err)
				}
			})
		}
		synctest.Wait()
		cancel() // the others go on
		synctest.Wait()
		close(chat.released)
		callers.Wait()
		if _, err := d.Person(t.Context(), "chat:nueva"); err != nil || chat.lookups != 1 {
			t.Errorf("%d look-ups, %v", chat.lookups, err)
		}
	})
}

func TestLookupThatTheChatDoesNotAnswerEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := bot.NewDirectory([]bot.Adapter{&slowChat{Chat: &bottest.Chat{}}}, time.Now)
		if _, err := d.Person(t.Context(), "chat:nueva"); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

type panickingChat struct{ *bottest.Chat }

func (panickingChat) Person(context.Context, string) (bot.Person, error) { panic("no") }

func TestPanicOfALookupIsAnError(t *testing.T) {
	d := bot.NewDirectory([]bot.Adapter{panickingChat{&bottest.Chat{}}}, time.Now)
	if _, err := d.Person(t.Context(), "chat:nueva"); err == nil {
		t.Error("no error")
	}
}
