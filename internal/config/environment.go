package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/joho/godotenv"
)

// Lookup has the shape of os.LookupEnv.
type Lookup func(name string) (value string, found bool)

// Environment holds the variables of the process and, behind them, those of the file .env.
// It implements kong.Resolver.
type Environment struct {
	dir    string
	layers []Lookup // the first one that has a variable decides
	faults []string
}

// ReadEnvironment reads the file .env of a folder. Relative paths in variables start
// there too. What is wrong with the file is reported by Config.Complete.
func ReadEnvironment(process Lookup, dir string) *Environment {
	e := &Environment{dir: dir, layers: []Lookup{process}}
	text, err := os.ReadFile(filepath.Join(dir, ".env"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return e
	case err != nil:
		e.faults = append(e.faults, ".env: "+unreadable(".env", err))
		return e
	}
	// Windows' Notepad puts a byte order mark before the first name.
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	vars, valid := parseDotEnv(text)
	if !valid {
		e.faults = append(e.faults, fmt.Sprintf(".env: línea %d: no se entiende; escriba NOMBRE=valor, y entre comillas simples si el valor lleva espacios, # o $", invalidLine(text)))
		return e
	}
	e.layers = append(e.layers, func(name string) (string, bool) {
		value, found := vars[name]
		return value, found
	})
	return e
}

// Variable is the name of a flag's variable in the environment.
func Variable(flag string) string { return strings.ToUpper(strings.ReplaceAll(flag, "-", "_")) }

// Resolve returns the value of a flag that is not on the command line. The flags of a
// single command have no variables.
func (e *Environment) Resolve(_ *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
	if parent.App == nil || flag.Name == "help" {
		return nil, nil
	}
	_, isSecret := flag.Target.Interface().(Secret)
	if value := e.value(Variable(flag.Name), isSecret); value != "" {
		return value, nil
	}
	return nil, nil
}

// Validate implements kong.Resolver. Nothing is checked here: Config.Complete checks it all.
func (e *Environment) Validate(*kong.Application) error { return nil }

// variableName is a check that godotenv lacks: it accepts "A B=1" and, at the end, "A".
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)

// parseDotEnv reads the text of a file .env. The parser's own errors are dropped, because
// they repeat the text, secrets included.
func parseDotEnv(text []byte) (vars map[string]string, valid bool) {
	vars, err := godotenv.UnmarshalBytes(text)
	for name := range vars {
		if !variableName.MatchString(name) {
			return nil, false
		}
	}
	return vars, err == nil
}

// invalidLine is the number of the first line that cannot be parsed: the line after the
// longest valid beginning.
func invalidLine(text []byte) int {
	lines := bytes.SplitAfter(text, []byte("\n"))
	for n := len(lines) - 1; n > 0; n-- {
		if _, valid := parseDotEnv(bytes.Join(lines[:n], nil)); valid {
			return n + 1
		}
	}
	return 1
}

// value is a variable without the spaces around it. The first layer that has the variable
// decides; an empty value there means the default. A secret may be in a file, which the
// variable with _FILE after its name names.
func (e *Environment) value(name string, isSecret bool) string {
	for _, layer := range e.layers {
		value, found := layer(name)
		if isSecret {
			file, foundFile := layer(name + "_FILE")
			switch {
			case value != "" && file != "":
				e.faults = append(e.faults, fmt.Sprintf("%s: está definida junto con %[1]s_FILE; deje una de las dos", name))
				return ""
			case file != "":
				return e.fromFile(name+"_FILE", file)
			}
			found = found || foundFile
		}
		if found {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// fromFile reads a secret without the newline that editors add at the end.
func (e *Environment) fromFile(name, path string) string {
	text, err := os.ReadFile(inDir(e.dir, path))
	value := strings.TrimSpace(string(text))
	switch {
	case err != nil:
		e.faults = append(e.faults, name+": "+unreadable(path, err))
	case value == "":
		e.faults = append(e.faults, fmt.Sprintf("%s: el archivo «%s» está vacío", name, path))
	}
	return value
}

// inDir is the full path of a configured one: relative paths start at dir.
func inDir(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// unreadable is the fault of a file that cannot be read.
func unreadable(path string, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("no existe el archivo «%s»", path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("no hay permiso para leer «%s»", path)
	}
	return fmt.Sprintf("no se puede leer «%s»; revise que sea un archivo", path)
}
