package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/joho/godotenv"
)

// lookup has the shape of os.LookupEnv.
type lookup func(name string) (value string, found bool)

// environment is where variables come from: the process, and behind it the file .env.
type environment struct {
	dir    string
	layers []lookup
	faults []string
}

// readEnvironment puts the file .env of the folder behind the process's variables.
func readEnvironment(process lookup, dir string) *environment {
	e := &environment{dir: dir, layers: []lookup{process}}
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
	vars, understood := dotEnv(text)
	if !understood {
		e.faults = append(e.faults, fmt.Sprintf(".env: línea %d: no se entiende; escriba NOMBRE=valor, y entre comillas simples si el valor lleva espacios, # o $", badLine(text)))
		return e
	}
	e.layers = append(e.layers, func(name string) (string, bool) {
		value, found := vars[name]
		return value, found
	})
	return e
}

// variableName is what godotenv should insist on: it takes "A B=1" and, at the end, "A".
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)

// dotEnv reads the text of a file .env. The parser's own complaints are left out, as
// they repeat the text, secrets included.
func dotEnv(text []byte) (vars map[string]string, understood bool) {
	vars, err := godotenv.UnmarshalBytes(text)
	for name := range vars {
		if !variableName.MatchString(name) {
			return nil, false
		}
	}
	return vars, err == nil
}

// badLine is the number of the line where the text stops to be understood: the one
// after the longest beginning that is.
func badLine(text []byte) int {
	lines := bytes.SplitAfter(text, []byte("\n"))
	for n := len(lines) - 1; n > 0; n-- {
		if _, understood := dotEnv(bytes.Join(lines[:n], nil)); understood {
			return n + 1
		}
	}
	return 1
}

// value is what the environment says of a variable, without the spaces around it. The
// first layer that has the variable decides, even with nothing, which stands for the default.
// A secret may stand in a file that the variable with _FILE after the name tells.
func (e *environment) value(name string, isSecret bool) string {
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

// fromFile reads a secret, without the newline that editors leave after it.
func (e *environment) fromFile(name, path string) string {
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

// inDir is where a path that was configured leads: relative ones start at dir.
func inDir(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// unreadable says why a file cannot be read.
func unreadable(path string, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("no existe el archivo «%s»", path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("no hay permiso para leer «%s»", path)
	}
	return fmt.Sprintf("no se puede leer «%s»; revise que sea un archivo", path)
}
