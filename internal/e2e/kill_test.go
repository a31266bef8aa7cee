package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"helptic/internal/cli"
	"helptic/storage/mongodb"
	"helptic/storage/mongodb/ferrettest"
	"helptic/storage/sqlite"
)

// killSeed repeats a run of TestKill that failed: its log tells the number.
var killSeed = flag.Uint64("kill-seed", 0, "seed of the moments of TestKill; 0: another one each time")

// TestMain runs the bot itself where a test has started this binary as a process to kill.
// HELPTIC_TEST_SERVE is then the full path of the catalogue.
func TestMain(m *testing.M) {
	path := os.Getenv("HELPTIC_TEST_SERVE")
	if path == "" {
		os.Exit(m.Run())
	}
	catalog, err := os.ReadFile(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(4)
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the test process
		os.Exit(3)
	}()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	program := cli.Program{Catalog: catalog, Env: os.LookupEnv, Stdout: io.Discard, Stderr: os.Stderr}
	code := program.Run(ctx, []string{"serve"})
	stop()
	os.Exit(code)
}

// victim is the bot as a process, which is killed and started again on the same folder and port.
type victim struct {
	t      *testing.T
	addr   string
	dir    string
	env    []string
	stderr logBuffer

	mu    sync.Mutex // guards cmd and stdin
	cmd   *exec.Cmd
	stdin io.Closer
}

// victims are the processes over one database. They are killed one after the other.
type victims struct {
	t   *testing.T
	all []*victim

	// The client's side: whom it asks next, what it has sent since the last start, and
	// when the kills come.
	turn  int
	quiet time.Duration // without anything new, after which nothing more is to come
	posts int
	plan  []moment

	dying  atomic.Bool // a kill is under way, until the next process is ready
	killed atomic.Int64
	kills  sync.WaitGroup
	over   chan struct{}
}

// moment is when the process is killed: some time after so many requests that change something.
type moment struct {
	posts int
	after time.Duration
}

// newVictims starts n processes with variables of their environment.
func newVictims(t *testing.T, n int, plan []moment, env ...string) *victims {
	t.Helper()
	vs := &victims{t: t, plan: plan, quiet: 1500 * time.Millisecond, over: make(chan struct{})}
	t.Cleanup(func() {
		close(vs.over)
		vs.kills.Wait()
		for _, v := range vs.all {
			v.end(os.Kill)
			if t.Failed() {
				t.Log(v.stderr.String())
			}
		}
	})
	for range n {
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		v := &victim{t: t, addr: free.Addr().String(), dir: t.TempDir(), env: env}
		if err := free.Close(); err != nil {
			t.Fatal(err)
		}
		vs.all = append(vs.all, v)
		v.start()
		v.awaitReady(vs.over)
	}
	return vs
}

// next is the process that the next request goes to.
func (vs *victims) next() *victim {
	vs.turn++
	return vs.all[vs.turn%len(vs.all)]
}

func (v *victim) start() {
	program, err := os.Executable()
	if err != nil {
		v.t.Error(err)
		return
	}
	catalog, err := filepath.Abs(catalogFile)
	if err != nil {
		v.t.Error(err)
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	// Neither the environment nor the .env of whoever runs the test reaches the process.
	cmd := exec.Command(program)
	cmd.Dir = v.dir
	cmd.Env = append([]string{"HELPTIC_TEST_SERVE=" + catalog, "HTTP_ADDR=" + v.addr, "DATA_DIR=" + v.dir, "LOG_LEVEL=warn", "LOG_FORMAT=json"}, v.env...)
	cmd.Stderr = &v.stderr
	stdin, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		v.t.Error(err)
		return
	}
	v.cmd, v.stdin = cmd, stdin
}

// end sends the process a signal and returns how it ended.
func (v *victim) end(s os.Signal) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.cmd == nil {
		return "not running"
	}
	cmd := v.cmd
	v.cmd = nil
	if err := cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		v.t.Error(err)
	}
	stuck := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() })
	defer stuck.Stop()
	_ = cmd.Wait() // closes stdin too; how it ended is in the state
	return cmd.ProcessState.String()
}

// awaitReady asks until the process takes requests.
func (v *victim) awaitReady(over <-chan struct{}) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	client := http.Client{Timeout: 5 * time.Second}
	for range 3000 {
		answer, err := client.Get("http://" + v.addr + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-tick.C:
		case <-over:
			return
		}
	}
	v.t.Error("the process was never ready")
}

// sending is called before each request that changes something, and starts the kill of
// the process that it goes to, whose moment came.
func (vs *victims) sending(v *victim, what string) {
	if vs.dying.Load() || len(vs.plan) == 0 {
		return
	}
	if vs.posts++; vs.posts < vs.plan[0].posts {
		return
	}
	m := vs.plan[0]
	vs.posts, vs.plan = 0, vs.plan[1:]
	vs.dying.Store(true)
	vs.kills.Go(func() {
		timer := time.NewTimer(m.after)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-vs.over:
			return
		}
		if how := v.end(os.Kill); how != "signal: killed" {
			vs.t.Errorf("the process had ended by itself: %s", how)
		}
		vs.t.Logf("kill %d: %v after request %d, %s", vs.killed.Add(1), m.after, m.posts, what)
		v.start()
		v.awaitReady(vs.over)
		vs.dying.Store(false)
	})
}

// moments are n random ones. Most kills fall within the request and what it sets in
// motion, some after it.
func moments(t *testing.T, n int) []moment {
	seed := *killSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-kill-seed=%d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	plan := make([]moment, n)
	for i := range plan {
		longest := []time.Duration{3 * time.Millisecond, 12 * time.Millisecond, 60 * time.Millisecond}[i%3]
		plan[i] = moment{posts: 1 + random.IntN(6), after: time.Duration(random.Int64N(int64(longest)))}
	}
	return plan
}

// TestKill plays the main job while the process is killed at twenty random moments: nothing
// is lost and nothing happens twice.
func TestKill(t *testing.T) {
	t.Parallel()
	vs := newVictims(t, 1, moments(t, 20))
	rounds := vs.play()
	store, err := sqlite.Open(t.Context(), vs.all[0].dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	checkDatabase(t, store, rounds)
}

// TestKillReplicas does the same with two processes over one MongoDB, which take turns at
// the requests: what one leaves behind when it dies, the other takes up.
func TestKillReplicas(t *testing.T) {
	t.Parallel()
	uri := ferrettest.Start(t)
	vs := newVictims(t, 2, moments(t, 5), "MONGODB_URI="+uri)
	vs.quiet = 25 * time.Second // what the dead left is leased for a while
	rounds := vs.play()
	store, err := mongodb.Open(t.Context(), uri, "helptic", 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	checkDatabase(t, store, rounds)
}

// play repeats the main job until all kills have come, looks at the rooms and ends the processes.
func (vs *victims) play() (rounds int) {
	vs.t.Helper()
	kills, once, lost := int64(len(vs.plan)), 0, 0
	for vs.killed.Load() < kills {
		if rounds++; rounds > 20 {
			vs.t.Fatalf("only %d kills in 20 rounds", vs.killed.Load())
		}
		mainJob(vs, &once, &lost, rounds)
	}
	vs.kills.Wait()
	checkRooms(vs.t, vs, rounds, lost)
	for _, v := range vs.all {
		if how := v.end(syscall.SIGTERM); how != "exit status 0" {
			vs.t.Errorf("a process ended with %s", how)
		}
		if strings.Contains(v.stderr.String(), "DATA RACE") {
			vs.t.Error("the processes raced")
		}
	}
	return rounds
}
