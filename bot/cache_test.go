package bot

import (
	"context"
	"testing"
	"time"
)

func TestFullCacheDropsTheEntryThatWasUsedLeastRecently(t *testing.T) {
	c := newCache[string](2, time.Minute, time.Now)
	lookups := 0
	get := func(key string) {
		t.Helper()
		v, err := c.get(t.Context(), key, func(context.Context) (string, error) {
			lookups++
			return key, nil
		})
		if v != key || err != nil {
			t.Errorf("%q, %v", v, err)
		}
	}
	for _, key := range []string{"a", "b", "a", "c", "a"} {
		get(key)
	}
	if lookups != 3 {
		t.Errorf("%d look-ups, not 3", lookups)
	}
	get("b")
	if lookups != 4 {
		t.Errorf("b was not dropped: %d look-ups", lookups)
	}
}
