package sqlite

import (
	"reflect"
	"time"
)

// millis is how times are stored in columns; 0 stands for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// exact is a copy of a document with every time in UTC with milliseconds, as it comes
// back. It shares maps with the original, and nothing that holds a time.
func exact[T any](document T) T {
	copied := reflect.New(reflect.TypeFor[T]()).Elem()
	copied.Set(reflect.ValueOf(&document).Elem())
	cutTimes(copied)
	return copied.Interface().(T)
}

var timeType = reflect.TypeFor[time.Time]()

func cutTimes(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			own := reflect.New(v.Type().Elem())
			own.Elem().Set(v.Elem())
			cutTimes(own.Elem())
			v.Set(own)
		}
	case reflect.Slice:
		if v.IsNil() || v.Type().Elem().Kind() != reflect.Struct {
			return
		}
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		for i := range own.Len() {
			cutTimes(own.Index(i))
		}
		v.Set(own)
	case reflect.Struct:
		if v.Type() == timeType {
			at := v.Addr().Interface().(*time.Time)
			if *at = at.UTC().Truncate(time.Millisecond); at.IsZero() {
				*at = time.Time{}
			}
			return
		}
		for i := range v.NumField() {
			cutTimes(v.Field(i))
		}
	}
}
