package googlechattest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// schema is a part of Google's discovery document.
type schema struct {
	Ref         string             `json:"$ref"`
	Type        string             `json:"type"`
	Format      string             `json:"format"`
	Enum        []string           `json:"enum"`
	ReadOnly    bool               `json:"readOnly"`
	Deprecated  bool               `json:"deprecated"`
	Description string             `json:"description"`
	Items       *schema            `json:"items"`
	Properties  map[string]*schema `json:"properties"`
	Additional  *schema            `json:"additionalProperties"`
}

// discovery is the document of the API's Go module, which is on every machine that can build us.
var discovery = sync.OnceValues(func() (map[string]*schema, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "google.golang.org/api").Output()
	if err != nil {
		return nil, fmt.Errorf("where the module google.golang.org/api is: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "chat", "v1", "chat-api.json"))
	if err != nil {
		return nil, err
	}
	var document struct {
		Schemas map[string]*schema `json:"schemas"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	return document.Schemas, nil
})

// Schema says what is wrong with a JSON value by the discovery document's schema of that
// name: unknown fields, types, enumerations, and fields that only Google writes.
func Schema(name string, value any) []string {
	schemas, err := discovery()
	if err != nil {
		return []string{"the discovery document cannot be read: " + err.Error()}
	}
	c := checker{schemas: schemas}
	c.check("", &schema{Ref: name}, value)
	return c.faults
}

type checker struct {
	schemas map[string]*schema
	faults  []string
}

func (c *checker) fault(path, format string, args ...any) {
	c.faults = append(c.faults, strings.TrimPrefix(path, ".")+": "+fmt.Sprintf(format, args...))
}

func (c *checker) check(path string, s *schema, value any) {
	if s.Ref != "" {
		target, ok := c.schemas[s.Ref]
		if !ok {
			c.fault(path, "no schema %s", s.Ref)
			return
		}
		s = target
	}
	switch s.Type {
	case "object":
		object, ok := value.(map[string]any)
		if !ok {
			c.fault(path, "%T is no object", value)
			return
		}
		for key, child := range object {
			at := path + "." + key
			property, known := s.Properties[key]
			switch {
			case !known && s.Additional != nil:
				c.check(at, s.Additional, child)
			case !known:
				c.fault(at, "unknown field")
			case property.ReadOnly || strings.HasPrefix(property.Description, "Output only"):
				c.fault(at, "only Google writes this")
			case property.Deprecated || strings.HasPrefix(property.Description, "Deprecated"):
				c.fault(at, "deprecated")
			default:
				c.check(at, property, child)
			}
		}
	case "array":
		list, ok := value.([]any)
		if !ok {
			c.fault(path, "%T is no list", value)
			return
		}
		for i, child := range list {
			c.check(path+"["+strconv.Itoa(i)+"]", s.Items, child)
		}
	case "string":
		c.text(path, s, value)
	case "boolean":
		if _, ok := value.(bool); !ok {
			c.fault(path, "%T is no boolean", value)
		}
	case "integer":
		n, ok := value.(float64)
		if !ok || n != math.Trunc(n) || s.Format == "int32" && math.Abs(n) > math.MaxInt32 {
			c.fault(path, "%v is no integer of 32 bits", value)
		}
	case "number":
		if _, ok := value.(float64); !ok {
			c.fault(path, "%T is no number", value)
		}
	}
}

func (c *checker) text(path string, s *schema, value any) {
	text, ok := value.(string)
	if n, isNumber := value.(float64); isNumber && s.Format == "int64" && n == math.Trunc(n) {
		return
	}
	switch {
	case !ok:
		c.fault(path, "%T is no string", value)
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, text):
		c.fault(path, "%q is none of %s", text, strings.Join(s.Enum, ", "))
	case s.Format == "int64":
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			c.fault(path, "%q is no integer", text)
		}
	case s.Format == "google-datetime":
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			c.fault(path, "%q is no time", text)
		}
	case s.Format == "google-duration":
		if _, err := strconv.ParseFloat(strings.TrimSuffix(text, "s"), 64); err != nil || !strings.HasSuffix(text, "s") {
			c.fault(path, "%q is no duration", text)
		}
	case s.Format == "byte":
		if _, err := base64.StdEncoding.DecodeString(text); err != nil {
			c.fault(path, "%q is no base64", text)
		}
	}
}
