package arch

import (
	"errors"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the folder of the module.
const root = "../.."

// arrows are the imports that the packages of a folder may have. Folders of this module are
// written without the module's name. Everything may import the standard library.
type arrows struct {
	folder string   // "x/*" is every folder right below x
	ours   []string // folders of this module
	others []string // beginnings of other modules' paths; "*" is all
}

// Read it as: ticket ← storage ← flows → bot ← adapters, flows → flows/intake → flows/card,
// internal/app → all, and
// main → internal/cli → internal/app. Storage imports bot because the journal of events and
// posts is declared there. Test files may import anything, so that a flow can be tested with
// a real store and a real chat.
var allowed = []arrows{
	// cal: the types of holidays; jsonschema: the shape of a catalogue.
	{"ticket", nil, []string{"golang.org/x/text/", "github.com/rickar/cal/", "github.com/santhosh-tekuri/jsonschema/"}},
	{"bot", nil, []string{"golang.org/x/", "github.com/rs/zerolog", "github.com/cenkalti/backoff/", "github.com/hashicorp/golang-lru/"}},
	{"bot/*", []string{"bot"}, nil}, // what tests of others need of it
	{"storage", []string{"ticket", "bot"}, nil},
	{"storage/*", []string{"ticket", "bot", "storage"}, []string{"*"}},
	{"storage/mongodb/*", nil, []string{"*"}}, // its server for tests
	{"adapters/googlechat/googlechattest", nil, []string{"*"}},
	{"adapters/slack/slacktest", nil, []string{"*"}}, // a platform for tests: nothing of ours
	{"suggest", []string{"ticket"}, []string{"golang.org/x/text/", "github.com/blevesearch/snowballstem"}},
	{"flows", []string{"ticket", "bot", "storage", "suggest", "flows/card", "flows/command", "flows/intake"}, []string{"github.com/rs/zerolog"}},
	{"flows/command", []string{"ticket"}, nil},
	{"flows/card", []string{"ticket", "bot", "flows/command"}, nil},
	{"flows/intake", []string{"ticket", "bot", "suggest", "flows/card", "flows/command"}, nil},
	{"adapters/*", []string{"bot"}, []string{"*"}},
	{"internal/config", []string{"adapters/mail"}, []string{"*"}}, // mail: the syntax of SMTP_URL
	{"internal/app", []string{"ticket", "bot", "storage", "storage/sqlite", "storage/mongodb", "flows", "flows/card",
		"adapters/web", "adapters/slack", "adapters/googlechat", "adapters/mail", "internal/config"}, []string{"*"}},
	{"internal/cli", []string{"internal/app", "internal/config", "ticket", "suggest", "flows", "flows/card", "storage", "adapters/slack"}, []string{"*"}},
	{"internal/e2e", []string{"*"}, []string{"*"}},
	{"", []string{"internal/cli"}, nil},
}

// onlyInTests are modules that must not be in the binary.
var onlyInTests = []string{"github.com/FerretDB/", "github.com/chromedp/", "pgregory.net/rapid", "github.com/emersion/go-smtp"}

func TestArrows(t *testing.T) {
	imports := importsByFolder(t)
	if len(imports) < 5 {
		t.Fatalf("only %d folders with Go files", len(imports))
	}
	for folder, paths := range imports {
		i := slices.IndexFunc(allowed, func(a arrows) bool { return within(folder, a.folder) })
		if i < 0 {
			t.Errorf("%s: list in arrows_test.go what this folder may import", folder)
			continue
		}
		for _, path := range paths {
			if !allowed[i].permits(path, "helptic") {
				t.Errorf("%q imports %s", folder, path)
			}
			if begins(path, onlyInTests) && !strings.HasSuffix(folder, "test") {
				t.Errorf("%q imports %s outside its tests", folder, path)
			}
		}
	}
}

// What the rules must refuse, and what they must allow.
func TestArrowRules(t *testing.T) {
	tests := []struct {
		folder, path string
		want         bool
	}{
		{"ticket", "strings", true},
		{"ticket", "net/http", true},
		{"ticket", "golang.org/x/text/unicode/norm", true},
		{"ticket", "github.com/santhosh-tekuri/jsonschema/v6/kind", true},
		{"ticket", "golang.org/x/sync/errgroup", false},
		{"ticket", "github.com/rs/zerolog", false},
		{"ticket", "m/bot", false},
		{"bot", "github.com/rs/zerolog", true},
		{"bot", "golang.org/x/time/rate", true},
		{"bot", "m/ticket", false},
		{"bot", "m/storage", false},
		{"storage", "m/ticket", true},
		{"storage", "m/bot", true},
		{"storage", "m/flows", false},
		{"storage", "m/storage/sqlite", false},
		{"storage", "modernc.org/sqlite", false},
		{"storage/*", "modernc.org/sqlite", true},
		{"storage/*", "m/storage", true},
		{"storage/*", "m/flows", false},
		{"flows", "m/storage", true},
		{"flows", "m/storage/sqlite", false},
		{"flows", "m/storage/mongodb", false},
		{"flows", "m/adapters/web", false},
		{"flows", "github.com/go-co-op/gocron/v2", false},
		{"flows", "m/flows/card", true},
		{"flows/card", "m/flows", false},
		{"flows/card", "m/storage", false},
		{"flows/card", "context", true},
		{"flows/intake", "m/flows/card", true},
		{"flows/intake", "m/storage", false},
		{"flows/intake", "m/flows", false},
		{"internal/config", "m/flows", false},
		{"internal/cli", "m/flows/card", true},
		{"adapters/*", "m/bot", true},
		{"adapters/*", "m/ticket", false},
		{"adapters/*", "m/flows", false},
		{"adapters/*", "m/storage", false},
		{"adapters/*", "m/adapters/web", false},
		{"adapters/*", "m", false},
		{"internal/config", "m/adapters/mail", true},
		{"internal/config", "m/internal/app", false},
		{"internal/config", "github.com/alecthomas/kong", true},
		{"internal/app", "m/storage/sqlite", true},
		{"internal/app", "m/internal/config", true},
		{"internal/app", "m/internal/cli", false},
		{"internal/cli", "m/internal/app", true},
		{"internal/cli", "m/storage/sqlite", false},
		{"internal/e2e", "m/internal/cli", true},
		{"", "m/internal/cli", true},
		{"", "m/internal/app", false},
		{"", "m/flows", false},
		{"", "github.com/rs/zerolog", false},
	}
	for _, test := range tests {
		i := slices.IndexFunc(allowed, func(a arrows) bool { return a.folder == test.folder })
		if got := allowed[i].permits(test.path, "m"); got != test.want {
			t.Errorf("%s may import %s: %t, want %t", test.folder, test.path, got, test.want)
		}
	}
	if within("adapters", "adapters/*") || within("adapters/web/page", "adapters/*") || within("ticketing", "ticket") {
		t.Error("a rule holds for folders that it does not name")
	}
}

// Nothing that only tests need is in the binary, directly or indirectly.
func TestBinaryHoldsNoTestServers(t *testing.T) {
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", ".")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			t.Fatalf("go list: %s", failed.Stderr)
		}
		t.Fatal(err)
	}
	for path := range strings.FieldsSeq(string(out)) {
		if begins(path, onlyInTests) {
			t.Errorf("the binary holds %s", path)
		}
	}
}

func (a arrows) permits(path, ours string) bool {
	if path == ours || strings.HasPrefix(path, ours+"/") {
		folder := strings.TrimPrefix(strings.TrimPrefix(path, ours), "/")
		return slices.Contains(a.ours, "*") || slices.Contains(a.ours, folder)
	}
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") || begins(path, a.others) // no dot: the standard library
}

func within(folder, pattern string) bool {
	if parent, everyChild := strings.CutSuffix(pattern, "/*"); everyChild {
		child, under := strings.CutPrefix(folder, parent+"/")
		return under && child != "" && !strings.Contains(child, "/")
	}
	return folder == pattern
}

func begins(path string, beginnings []string) bool {
	return slices.ContainsFunc(beginnings, func(b string) bool { return b == "*" || strings.HasPrefix(path, b) })
}

// importsByFolder reads the imports of every Go file that is no test, whatever its build
// tags. It opens the files itself: go test caches a result until a file changes that the
// test opened, and it does not see the files that "go list" opens.
func importsByFolder(t *testing.T) map[string][]string {
	t.Helper()
	imports := make(map[string][]string)
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); path != root && (name == "testdata" || name == "data" || strings.ContainsAny(name[:1], "._")) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		folder = strings.TrimPrefix(filepath.ToSlash(folder), ".")
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports[folder] = append(imports[folder], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return imports
}
