package web

import (
	"fmt"
	"html/template"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// functions are what templates call beside their own language.
func functions(version string) template.FuncMap {
	return template.FuncMap{
		"asset":   func(name string) string { return AssetPrefix + version + "/" + name },
		"count":   Count,
		"fixed":   Fixed,
		"signed":  Signed,
		"percent": percent,
		"day":     func(t time.Time) string { return t.Format("2 Jan 2006") },
		"words":   func(s string) string { return strings.ReplaceAll(s, "_", " ") },
		"escape":  url.PathEscape,
		"split":   Split,
		"balance": Balance,
		"meter":   Meter,
		"tone":    tone,
		"dict":    dict,
	}
}

// Count writes a number with a narrow gap between thousands.
func Count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}

// Fixed writes a number with decimals, a true minus and no "−0".
func Fixed(decimals int, v float64) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return strings.Replace(s, "-", "−", 1)
}

// Signed is Fixed with a plus.
func Signed(decimals int, v float64) string {
	s := Fixed(decimals, v)
	if !strings.HasPrefix(s, "−") && strings.Trim(s, "0.") != "" {
		s = "+" + s
	}
	return s
}

// percent writes a share in [0, 1].
func percent(share float64) string { return Fixed(0, share*100) + "\u202f%" }

// tone names the colour of a number: its sign, and how strong it is on a scale whose end is full.
func tone(full, v float64) string {
	step := min(3, 1+int(math.Abs(v)/full*3))
	switch {
	case v > 0:
		return "good-" + strconv.Itoa(step)
	case v < 0:
		return "bad-" + strconv.Itoa(step)
	}
	return "even"
}

// dict makes a map of names and values that follow each other, for a template that takes one value.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict takes names and values in turn")
	}
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is no name", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}
