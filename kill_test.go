package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"helptic/storage"
	"helptic/storage/sqlite"
	"helptic/ticket"
)

// TestMain runs the bot itself when a test starts this binary as a process to kill.
func TestMain(m *testing.M) {
	if os.Getenv("HELPTIC_TEST_SERVE") != "" {
		os.Exit(dispatch(context.Background(), []string{"serve"}, os.LookupEnv, "", io.Discard, os.Stderr))
	}
	os.Exit(m.Run())
}

// victim is the bot as a process, which is killed and started again.
type victim struct {
	t    *testing.T
	addr string
	dir  string
	mu   sync.Mutex
	cmd  *exec.Cmd
}

func (v *victim) start() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.cmd = exec.Command(os.Args[0])
	v.cmd.Env = append(os.Environ(), "HELPTIC_TEST_SERVE=1", "HTTP_ADDR="+v.addr, "DATA_DIR="+v.dir, "LOG_LEVEL=error", "LOG_FORMAT=json")
	v.cmd.Stderr = os.Stderr
	if err := v.cmd.Start(); err != nil {
		v.t.Error(err)
	}
}

func (v *victim) kill() {
	v.mu.Lock()
	defer v.mu.Unlock()
	// SIGKILL: nothing of the process runs after it.
	if err := v.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		v.t.Error(err)
	}
	_ = v.cmd.Wait() // "signal: killed"
}

// person does in the web chat what a browser does: the same request again until it is answered.
type person struct {
	v    *victim
	name string
	once *int
}

type shownMessage struct {
	ID, Text, Thread string
	Card             *struct {
		Title, Subtitle string
		Buttons         []struct{ Label, Do string }
	}
}

type answered struct {
	Open *struct {
		Token  string
		Fields []struct{ Name, Value string }
	}
	Notice string
}

func (p person) ask(method, path string, body any, into any) bool {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			p.v.t.Fatal(err)
		}
	}
	r, err := http.NewRequestWithContext(p.v.t.Context(), method, "http://"+p.v.addr+path, bytes.NewReader(text))
	if err != nil {
		p.v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 500 {
		return false
	}
	if answer.StatusCode >= 400 {
		p.v.t.Fatalf("%s was answered %d %s", path, answer.StatusCode, all)
	}
	return into == nil || json.Unmarshal(all, into) == nil
}

func (p person) until(what string, try func() bool) {
	p.v.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 3000 {
		if try() {
			return
		}
		<-tick.C
	}
	p.v.t.Fatalf("%s: never %s", p.name, what)
}

func (p person) uuid() string {
	*p.once++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", *p.once)
}

// room reads what stands in one of the person's rooms.
func (p person) room(id string) (all []shownMessage, ok bool) {
	var s struct {
		Rooms []struct {
			ID       string
			Messages []shownMessage
		}
	}
	if !p.ask(http.MethodGet, "/web/state?person=web:"+p.name, nil, &s) {
		return nil, false
	}
	for _, r := range s.Rooms {
		if r.ID == id {
			return r.Messages, true
		}
	}
	return nil, true
}

func (p person) says(text string) {
	body := map[string]any{"person": "web:" + p.name, "once": p.uuid(), "room": "web:" + p.name, "thread": "", "text": text, "files": []string{}}
	p.until("said", func() bool { return p.ask(http.MethodPost, "/web/messages", body, nil) })
}

// presses the newest button with a label on a card about something once it is there, and fills in the form it opens. A form
// that was lost with the process is opened again.
func (p person) presses(room, about, label string, values map[string]string) {
	p.v.t.Helper()
	p.until("pressed "+label, func() bool {
		message, do := p.find(room, about, label)
		if do == "" {
			return false
		}
		body := map[string]any{"person": "web:" + p.name, "once": p.uuid(), "message": message, "do": do}
		var a answered
		p.until("answered", func() bool { return p.ask(http.MethodPost, "/web/presses", body, &a) })
		if values == nil {
			return true
		}
		if a.Open == nil {
			return false
		}
		sent := map[string]string{}
		for _, f := range a.Open.Fields {
			sent[f.Name] = f.Value
			if v, ok := values[f.Name]; ok {
				sent[f.Name] = v
			}
		}
		form := map[string]any{"person": "web:" + p.name, "once": p.uuid(), "token": a.Open.Token, "values": sent}
		p.until("sent", func() bool { return p.ask(http.MethodPost, "/web/forms", form, nil) })
		return true
	})
}

func (p person) find(room, about, label string) (message, do string) {
	all, _ := p.room(room)
	for _, m := range slices.Backward(all) {
		if m.Card == nil || !strings.Contains(m.Card.Title+" ", about) {
			continue
		}
		for _, b := range m.Card.Buttons {
			if b.Label == label {
				return m.ID, b.Do
			}
		}
	}
	return "", ""
}

func (p person) sees(room, text string) {
	p.v.t.Helper()
	p.until("saw "+text, func() bool {
		all, _ := p.room(room)
		return slices.ContainsFunc(all, func(m shownMessage) bool {
			return strings.Contains(m.Text, text) || m.Card != nil && strings.Contains(m.Card.Title+" · "+m.Card.Subtitle, text)
		})
	})
}

// TestKill plays the main job while the process is killed at twenty random moments: nothing
// is lost and nothing happens twice.
func TestKill(t *testing.T) {
	const kills, seed = 20, 20261123
	random := rand.New(rand.NewPCG(seed, seed))
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{t: t, addr: free.Addr().String(), dir: t.TempDir()}
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	v.start()
	t.Cleanup(v.kill)
	enough := make(chan struct{})
	go func() {
		defer close(enough)
		for n := range kills {
			after := time.Duration(60+random.IntN(400)) * time.Millisecond
			<-time.After(after)
			v.kill()
			t.Logf("kill %d after %v", n+1, after)
			v.start()
		}
	}()
	once := 0
	rounds := 0
	for dead := false; !dead; rounds++ {
		mainJob(v, &once, rounds+1)
		select {
		case <-enough:
			dead = true
		default:
		}
	}
	<-enough
	checkKilled(t, v, rounds)
}

const mesa = "web:mesa-de-ayuda"

func mainJob(v *victim, once *int, n int) {
	v.t.Helper()
	user, agent, official := person{v, "usuario-1", once}, person{v, "agente-1", once}, person{v, "oficial-1", once}
	mine := "web:usuario-1"
	user.says("nueva")
	user.sees(mine, "¿En qué le podemos ayudar?")
	user.says("se me atascó el papel en la impresora")
	user.presses(mine, "", "Impresoras > Atasco de papel", nil)
	user.sees(mine, "¿A quién afecta?")
	user.says("mediana")
	user.presses(mine, "", "Usar lo que escribí", nil)
	user.presses(mine, "", "Continuar", nil)
	user.presses(mine, "", "Registrar solicitud", nil)
	number := fmt.Sprintf("N.º %d ", n) // the space: 1 is not 10
	agent.sees(mesa, "Solicitud "+number+"· Atasco de papel · Nueva")
	agent.presses(mesa, number, "Asignarme", nil)
	agent.sees(mesa, "Solicitud "+number+"· Atasco de papel · En curso")
	agent.presses(mesa, number, "Escalar", map[string]string{"person": "web:oficial-1", "justification": "No hay repuesto."})
	official.sees("web:oficial-1", "Solicitud "+number+"escalada a usted")
	official.presses("web:oficial-1", number, "Recibir", nil)
	official.presses("web:oficial-1", number, "Confirmar solución", map[string]string{"causes": "Rodillo gastado.", "solution": "Se cambió."})
	agent.sees(mesa, "Solicitud "+number+"· Atasco de papel · En curso")
	agent.presses(mesa, number, "Resolver", map[string]string{"adequate": "yes"})
	user.presses(mine, number, "Sí, quedó resuelta", nil)
	user.presses(mine, number, "5 · Muy satisfecho", nil)
	user.sees(mine, "Solución de la solicitud "+number+"· Gracias por su evaluación")
	agent.presses(mesa, number, "Cerrar", nil)
	agent.sees(mesa, "Solicitud "+number+"· Atasco de papel · Cerrada")
	user.sees(mine, fmt.Sprintf("Solicitud N.º %d: quedó cerrada", n))
}

// checkKilled reads the database, and what stands in the rooms.
func checkKilled(t *testing.T, v *victim, rounds int) {
	t.Helper()
	agent := person{v: v, name: "agente-1", once: new(int)}
	var channel []shownMessage
	agent.until("read", func() bool { all, ok := agent.room(mesa); channel = all; return ok })
	cards := map[string]int{}
	for _, m := range channel {
		if m.Thread == "" {
			cards[m.Card.Title]++
		}
	}
	for title, times := range cards {
		if times != 1 {
			t.Errorf("%q stands there %d times", title, times)
		}
	}
	v.kill()
	store, err := sqlite.Open(t.Context(), v.dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	found, err := store.Tickets(t.Context(), storage.Query{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != rounds || len(cards) != rounds {
		t.Errorf("%d tickets and %d cards of %d requests", len(found), len(cards), rounds)
	}
	want := []ticket.Action{ticket.Register, ticket.Take, ticket.Escalate, ticket.Receive, ticket.ConfirmSolution, ticket.Resolve, ticket.Validate, ticket.Rate, ticket.Close}
	for i, f := range found {
		if f.Number != int64(rounds-i) {
			t.Errorf("number %d stands at %d", f.Number, rounds-i)
		}
		var did []ticket.Action
		for _, r := range f.History {
			did = append(did, r.Action)
		}
		if !slices.Equal(did, want) {
			t.Errorf("ticket %d: %v", f.Number, did)
		}
	}
	lines := map[string]int{}
	for _, m := range channel {
		if m.Thread != "" {
			lines[m.Thread+m.Text]++
		}
	}
	for line, times := range lines {
		if times != 1 {
			t.Errorf("%q stands there %d times", line, times)
		}
	}
	t.Logf("%d requests, %d cards, %d lines of the timelines", rounds, len(cards), len(lines))
}
