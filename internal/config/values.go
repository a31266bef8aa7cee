package config

import (
	"strconv"
	"strings"
)

// Secret is text that prints as ***. Only string(s) is the text itself.
type Secret string

func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// GoString is for %#v.
func (s Secret) GoString() string { return strconv.Quote(s.String()) }

// MarshalText is for JSON and the log.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Addresses are people, each as "chat:id" or an e-mail address.
type Addresses []string

// UnmarshalText reads a list with commas.
func (a *Addresses) UnmarshalText(text []byte) error {
	*a = nil
	for entry := range strings.SplitSeq(string(text), ",") {
		if entry = strings.TrimSpace(entry); entry != "" {
			*a = append(*a, entry)
		}
	}
	return nil
}

// Mebibytes is the size of a file.
type Mebibytes int64

const maxFileMiB Mebibytes = 512

// UnmarshalText never fails: text that is no number becomes a size out of bounds, so that
// it is reported together with the other faults.
func (m *Mebibytes) UnmarshalText(text []byte) error {
	n, err := strconv.ParseInt(string(text), 10, 32)
	if err != nil {
		n = -1
	}
	*m = Mebibytes(n)
	return nil
}

// Bytes is the same size in bytes.
func (m Mebibytes) Bytes() int64 { return int64(m) << 20 }
