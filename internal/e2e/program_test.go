package e2e

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // as in main

	"helptic/internal/cli"
)

// catalogFile is the catalogue that main embeds.
const catalogFile = "../../catalog.json"

// program is the bot, started as main starts it, on a free port of the loopback.
type program struct {
	url    string
	stop   func() int
	stderr *logBuffer
}

// logBuffer is a log that several goroutines write to.
type logBuffer struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (b *logBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.Write(text)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.String()
}

// helptic is the program as main makes it, with an environment.
func helptic(t *testing.T, vars map[string]string, stdout, stderr io.Writer) cli.Program {
	t.Helper()
	catalog, err := os.ReadFile(catalogFile)
	if err != nil {
		t.Fatal(err)
	}
	env := func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
	return cli.Program{Catalog: catalog, Env: env, Dir: t.TempDir(), Stdout: stdout, Stderr: stderr}
}

// command runs a command of helptic until it ends.
func command(t *testing.T, vars map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = helptic(t, vars, &out, &errs).Run(t.Context(), args)
	return code, out.String(), errs.String()
}

// start runs helptic with an environment until stop is called, which returns the exit code.
func start(t *testing.T, vars map[string]string) *program {
	t.Helper()
	vars["HTTP_ADDR"], vars["LOG_FORMAT"] = "127.0.0.1:0", "json"
	ctx, cancel := context.WithCancel(context.Background())
	stdout, write := io.Pipe()
	p := &program{stderr: &logBuffer{}}
	code := make(chan int, 1)
	serving := helptic(t, vars, write, p.stderr)
	go func() {
		code <- serving.Run(ctx, []string{"serve"})
		write.Close()
	}()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the program did not start: %v\n%s", err, p.stderr)
	}
	_, rest, _ := strings.Cut(line, "http://")
	address, _, _ := strings.Cut(rest, " ")
	p.url = "http://" + address
	stopped := false
	p.stop = func() int {
		if stopped {
			return 0
		}
		stopped = true
		cancel()
		return <-code
	}
	t.Cleanup(func() { p.stop() })
	return p
}

// checkRecord checks the "hoja de vida" that `helptic ticket 1` prints after the main job.
func checkRecord(t *testing.T, vars map[string]string) {
	t.Helper()
	code, record, errs := command(t, vars, "ticket", "1")
	if code != 0 {
		t.Fatalf("helptic ticket 1 ended with %d: %s", code, errs)
	}
	for _, want := range []string{
		"Estado:             Cerrada", " 1. Registrar", "Usuario 1 (registró la solicitud)", "Agente 1 (se asignó la solicitud)",
		"Agente 1 (la escaló a la Oficina de Tecnología)", "(recibió el escalamiento)", "(confirmó la solución)", "Agente 1 (la resolvió)",
		"Usuario 1 (confirmó que quedó resuelta)", "Usuario 1 (evaluó el servicio)", "Agente 1 (la cerró)",
		"Agente 1: se escala", "C2 ¿se dio solución adecuada?", "5 de 5, Muy satisfecho", "dentro del plazo",
	} {
		if !strings.Contains(record, want) {
			t.Errorf("the record lacks %q", want)
		}
	}
	if t.Failed() {
		t.Log(record)
	}
	if code, _, _ := command(t, vars, "ticket", "2"); code != 1 {
		t.Error("a ticket that does not exist was shown")
	}
}

func status(t *testing.T, client *http.Client, method, url string, body []byte) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		return 599
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

func get(t *testing.T, client *http.Client, url string) string {
	t.Helper()
	answer, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// await asks until something holds, 300 times at most.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range 300 {
		if holds() {
			return
		}
		<-tick.C
	}
	t.Fatalf("never %s", what)
}
