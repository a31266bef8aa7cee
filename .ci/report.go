// Command report reads what "go test -json" writes on its standard input, prints what
// "go test" prints, and fails where a test was skipped that must not be: all but those
// that say that they want a MongoDB server in MONGODB_TEST_URI, which Debian does not have.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// event is one line of test2json.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

func main() {
	skipped, err := report(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
	if len(skipped) > 0 {
		fmt.Printf("\nthese tests were skipped, and here none may be:\n%s\n", strings.Join(skipped, "\n"))
		os.Exit(1)
	}
}

// report returns the tests whose skip is not allowed, with their reasons. Failures
// are the exit code of go test itself.
func report(in io.Reader, out io.Writer) (skipped []string, err error) {
	said := make(map[[2]string][]string) // by package and test
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(out, lines.Text()) // go's own words, of a build that failed
			continue
		}
		test := [2]string{e.Package, e.Test}
		switch {
		case e.Action == "build-output", e.Action == "output" && e.Test == "" && e.Output != "PASS\n":
			fmt.Fprint(out, e.Output)
		case e.Action == "output":
			said[test] = append(said[test], e.Output)
		case e.Action == "skip" && e.Test != "":
			reason := strings.TrimSpace(strings.Join(slices.DeleteFunc(said[test], isFrame), ""))
			if !strings.Contains(reason, "MONGODB_TEST_URI") {
				skipped = append(skipped, fmt.Sprintf("%s %s: %s", e.Package, e.Test, reason))
			}
			delete(said, test)
		case e.Action == "fail" && e.Test != "":
			fmt.Fprint(out, strings.Join(said[test], ""))
			delete(said, test)
		case e.Action == "fail":
			// A panic or a time-out ends the process in the middle of other tests.
			for other, words := range said {
				if other[0] == e.Package {
					fmt.Fprint(out, strings.Join(words, ""))
					delete(said, other)
				}
			}
		case e.Action == "pass":
			delete(said, test)
		}
	}
	return skipped, lines.Err()
}

// isFrame tells the lines that the testing package writes around a test's own.
func isFrame(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ")
}
