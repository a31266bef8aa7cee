package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/rs/zerolog"
)

// vars is an environment.
type vars map[string]string

func (v vars) lookup(name string) (string, bool) {
	value, found := v[name]
	return value, found
}

// folder is a working directory with files in it.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// load reads a configuration as the commands do.
func load(env vars, dir string, args ...string) (Config, error) {
	var c Config
	e := ReadEnvironment(env.lookup, dir)
	parser, err := kong.New(&c, kong.Resolvers(e))
	if err != nil {
		return c, err
	}
	if _, err := parser.Parse(args); err != nil {
		return c, err
	}
	err = c.Complete(e)
	return c, err
}

// mustLoad reads a configuration in which nothing is wrong.
func mustLoad(t *testing.T, env vars, dir string, args ...string) Config {
	t.Helper()
	c, err := load(env, dir, args...)
	if err != nil {
		t.Fatalf("load(%q): %v", args, err)
	}
	return c
}

func TestEveryFieldIsAVariable(t *testing.T) {
	for field := range reflect.TypeFor[Config]().Fields() {
		if field.IsExported() && (field.Tag.Get("name") == "" || field.Tag.Get("help") == "") {
			t.Errorf("%s has no name or no help", field.Name)
		}
	}
}

func TestNothingConfigured(t *testing.T) {
	dir := t.TempDir()
	c := mustLoad(t, nil, dir)
	want := Config{
		MongoDBDatabase:  "helptic",
		DataDir:          filepath.Join(dir, "data"),
		HTTPAddr:         "127.0.0.1:8080",
		LogLevel:         "info",
		AgentChannel:     "web:mesa-de-ayuda",
		SlackAPIURL:      "https://slack.com/api/",
		GoogleChatAPIURL: "https://chat.googleapis.com/",
		WebChat:          "auto",
		MaxFileMiB:       25,
		dir:              dir,
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("config\n got %+v\nwant %+v", c, want)
	}
	if !c.WebChatOn() || !c.Loopback() || c.MaxFileMiB.Bytes() != 25<<20 {
		t.Error("the web chat is not on, on the loopback, for files of 25 MiB")
	}
	if text, err := c.ReadCatalog([]byte("built in")); err != nil || string(text) != "built in" {
		t.Errorf("catalog: %q, %v", text, err)
	}
}

func TestEverythingConfigured(t *testing.T) {
	dir := folder(t, map[string]string{"otro.json": "{}"})
	c := mustLoad(t, vars{
		"MONGODB_URI":      "mongodb://usuario:clave@a:27017,b:27017/?replicaSet=rs0",
		"MONGODB_DATABASE": "mesa",
		"DATA_DIR":         filepath.Join(dir, "datos"),
		"HTTP_ADDR":        "0.0.0.0:80",
		"LOG_LEVEL":        "WARN",
		"LOG_FORMAT":       "json",
		"AGENT_CHANNEL":    "web:agentes",
		"SECURITY_CHANNEL": "web:seguridad",
		"OFFICIALS":        " web:funcionario , jefe@entidad.gov.co,",
		"SUPERVISORS":      "slack:U1,googlechat:users/2",
		"WEB_CHAT":         "on",
		"CATALOG":          "otro.json",
		"MAX_FILE_MIB":     "5",
	}, dir)
	want := Config{
		MongoDBURI:       "mongodb://usuario:clave@a:27017,b:27017/?replicaSet=rs0",
		MongoDBDatabase:  "mesa",
		DataDir:          filepath.Join(dir, "datos"),
		HTTPAddr:         "0.0.0.0:80",
		LogLevel:         "WARN",
		LogFormat:        "json",
		AgentChannel:     "web:agentes",
		SecurityChannel:  "web:seguridad",
		Officials:        Addresses{"web:funcionario", "jefe@entidad.gov.co"},
		Supervisors:      Addresses{"slack:U1", "googlechat:users/2"},
		SlackAPIURL:      "https://slack.com/api/",
		GoogleChatAPIURL: "https://chat.googleapis.com/",
		WebChat:          "on",
		Catalog:          "otro.json",
		MaxFileMiB:       5,
		dir:              dir,
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("config\n got %+v\nwant %+v", c, want)
	}
	if text, err := c.ReadCatalog(nil); string(text) != "{}" {
		t.Errorf("catalog: %q, %v", text, err)
	}
	if c.Loopback() {
		t.Error("0.0.0.0 is taken for the loopback")
	}
}

func TestRelativePathsStartAtTheFolder(t *testing.T) {
	dir := t.TempDir()
	c := mustLoad(t, vars{"DATA_DIR": "datos", "GOOGLE_APPLICATION_CREDENTIALS": "llave.json"}, dir)
	if want := filepath.Join(dir, "datos"); c.DataDir != want {
		t.Errorf("DATA_DIR is %q, want %q", c.DataDir, want)
	}
	if want := filepath.Join(dir, "llave.json"); c.GoogleApplicationCredentials != want {
		t.Errorf("GOOGLE_APPLICATION_CREDENTIALS is %q, want %q", c.GoogleApplicationCredentials, want)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	c := Config{MongoDBURI: "mongodb://usuario:contrasena@servidor:27017/base?authSource=admin"}
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	logger := zerolog.New(&log)
	logger.Info().Interface("config", c).Stringer("uri", c.MongoDBURI).Send()
	for name, text := range map[string]string{
		"%v":           fmt.Sprintf("%v", c),
		"%+v":          fmt.Sprintf("%+v", c),
		"%#v":          fmt.Sprintf("%#v", c),
		"%s":           fmt.Sprintf("%s %q", c.MongoDBURI, c.MongoDBURI),
		"JSON":         string(asJSON),
		"log":          log.String(),
		"MongoServers": c.MongoServers(),
	} {
		if strings.Contains(text, "contrasena") || strings.Contains(text, "usuario") {
			t.Errorf("%s shows the secret: %s", name, text)
		}
	}
	if got, want := c.MongoServers(), "mongodb://servidor:27017"; got != want {
		t.Errorf("MongoServers() = %q, want %q", got, want)
	}
}

func TestLogger(t *testing.T) {
	tests := map[string]struct {
		config Config
		begins string
		lines  int
	}{
		"no terminal": {Config{LogLevel: "info"}, `{"level":"info"`, 2},
		"json":        {Config{LogLevel: "info", LogFormat: "json"}, `{"level":"info"`, 2},
		"level":       {Config{LogLevel: "WARN"}, `{"level":"warn"`, 1},
		"console":     {Config{LogLevel: "warn", LogFormat: "console"}, "", 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			log := test.config.NewLogger(&out)
			log.Info().Msg("uno")
			log.Warn().Msg("dos")
			if !strings.HasPrefix(out.String(), test.begins) || strings.Count(out.String(), "\n") != test.lines {
				t.Errorf("wrote %q", out.String())
			}
			if isJSON := json.Valid(bytes.SplitAfter(out.Bytes(), []byte("\n"))[0]); isJSON != (name != "console") {
				t.Errorf("JSON: %t: %q", isJSON, out.String())
			}
		})
	}
}
