package storagetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"helptic/bot"
	"helptic/storage"
)

// content is n bytes that differ from those of another seed.
func content(n int, seed byte) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(i>>8) ^ byte(i)*7 ^ seed
	}
	return out
}

func readBack(t *testing.T, s storage.Store, f bot.File, wanted []byte) {
	t.Helper()
	there, r, err := s.OpenFile(t.Context(), f.ID)
	if err != nil {
		t.Error(err)
		return
	}
	got, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil || !bytes.Equal(got, wanted) {
		t.Errorf("%s: %d bytes, %v; want %d", f.Name, len(got), err, len(wanted))
	}
	want(t, "file", there, f)
	described, err := s.StatFile(t.Context(), f.ID)
	if err != nil {
		t.Error(err)
	}
	want(t, "description", described, f)
}

func files(t *testing.T, s storage.Store) {
	for _, size := range []int{0, 1, MaxFile} {
		data := content(size, 0)
		f, err := s.SaveFile(t.Context(), "año «1» 📎.pdf", "application/pdf", bytes.NewReader(data))
		must(t, err)
		sum := sha256.Sum256(data)
		want(t, "file", f, bot.File{ID: f.ID, Name: "año «1» 📎.pdf", Type: "application/pdf", Size: int64(size), SHA256: hex.EncodeToString(sum[:])})
		if f.ID == "" {
			t.Error("a file without id")
		}
		readBack(t, s, f, data)
	}
	_, err := s.SaveFile(t.Context(), "a", "", bytes.NewReader(content(MaxFile+1, 0)))
	wantError(t, "one byte more than the limit", err, bot.ErrTooLarge)
	broken := errors.New("broken")
	_, err = s.SaveFile(t.Context(), "a", "", io.MultiReader(bytes.NewReader(content(9, 0)), iotest.ErrReader(broken)))
	wantError(t, "a reader that fails", err, broken)
	_, _, err = s.OpenFile(t.Context(), "nothing")
	wantError(t, "opening an id that nobody has", err, bot.ErrNoFile)
	_, err = s.StatFile(t.Context(), "nothing")
	wantError(t, "describing an id that nobody has", err, bot.ErrNoFile)
}

// Files that arrive at the same time do not mix.
func filesRace(t *testing.T, s storage.Store) {
	together(8, func(i int) {
		data := content(50_000, byte(i))
		f, err := s.SaveFile(t.Context(), "a", "text/plain", iotest.HalfReader(bytes.NewReader(data)))
		if err != nil {
			t.Error(err)
			return
		}
		readBack(t, s, f, data)
	})
}
