package cli

import (
	"bytes"
	"io"

	"helptic/adapters/slack"
)

// showSlackManifest prints the manifest from which Slack's app is created.
func showSlackManifest(url string, stdout io.Writer) error {
	text, err := slack.Manifest(url)
	if err != nil {
		return err
	}
	_, err = stdout.Write(append(bytes.TrimSpace(text), '\n'))
	return err
}
