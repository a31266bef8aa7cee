package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

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

// mustParse reads a configuration in which nothing is wrong.
func mustParse(t *testing.T, env vars, dir string, args ...string) *asked {
	t.Helper()
	a, err := parse(args, env.lookup, dir, &bytes.Buffer{})
	if err != nil {
		t.Fatalf("parse(%q): %v", args, err)
	}
	return a
}

func TestNothingConfigured(t *testing.T) {
	dir := t.TempDir()
	a := mustParse(t, nil, dir)
	want := config{
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
	if !reflect.DeepEqual(a.config, want) {
		t.Errorf("config\n got %+v\nwant %+v", a.config, want)
	}
	if a.command != "serve" {
		t.Errorf("command %q", a.command)
	}
	if !a.config.webChat() || !a.config.loopback() || a.config.MaxFileMiB.bytes() != 25<<20 {
		t.Error("the web chat is not on, on the loopback, for files of 25 MiB")
	}
	if text, err := a.config.catalog(); err != nil || !bytes.Equal(text, builtinCatalog) {
		t.Errorf("catalog: %d bytes, %v", len(text), err)
	}
}

func TestEverythingConfigured(t *testing.T) {
	dir := folder(t, map[string]string{"otro.json": "{}"})
	a := mustParse(t, vars{
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
	want := config{
		MongoDBURI:       "mongodb://usuario:clave@a:27017,b:27017/?replicaSet=rs0",
		MongoDBDatabase:  "mesa",
		DataDir:          filepath.Join(dir, "datos"),
		HTTPAddr:         "0.0.0.0:80",
		LogLevel:         "WARN",
		LogFormat:        "json",
		AgentChannel:     "web:agentes",
		SecurityChannel:  "web:seguridad",
		Officials:        people{"web:funcionario", "jefe@entidad.gov.co"},
		Supervisors:      people{"slack:U1", "googlechat:users/2"},
		SlackAPIURL:      "https://slack.com/api/",
		GoogleChatAPIURL: "https://chat.googleapis.com/",
		WebChat:          "on",
		Catalog:          "otro.json",
		MaxFileMiB:       5,
		dir:              dir,
	}
	if !reflect.DeepEqual(a.config, want) {
		t.Errorf("config\n got %+v\nwant %+v", a.config, want)
	}
	if text, err := a.config.catalog(); string(text) != "{}" {
		t.Errorf("catalog: %q, %v", text, err)
	}
	if a.config.loopback() {
		t.Error("0.0.0.0 is taken for the loopback")
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	c := config{MongoDBURI: "mongodb://usuario:contrasena@servidor:27017/base?authSource=admin"}
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
		"mongoServers": c.mongoServers(),
	} {
		if strings.Contains(text, "contrasena") || strings.Contains(text, "usuario") {
			t.Errorf("%s shows the secret: %s", name, text)
		}
	}
	if got, want := c.mongoServers(), "mongodb://servidor:27017"; got != want {
		t.Errorf("mongoServers() = %q, want %q", got, want)
	}
}

func TestLogger(t *testing.T) {
	tests := map[string]struct {
		config config
		begins string
		lines  int
	}{
		"no terminal": {config{LogLevel: "info"}, `{"level":"info"`, 2},
		"json":        {config{LogLevel: "info", LogFormat: "json"}, `{"level":"info"`, 2},
		"level":       {config{LogLevel: "WARN"}, `{"level":"warn"`, 1},
		"console":     {config{LogLevel: "warn", LogFormat: "console"}, "", 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			log := newLogger(test.config, &out)
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
