package testdata_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/health"
	"github.com/thau-cx/thau/lexicons"
	"github.com/thau-cx/thau/testdata"
)

// The sample's days, in its time zone.
var (
	zone  = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)
	first = time.Date(2026, 5, 17, 0, 0, 0, 0, zone)
	last  = time.Date(2026, 11, 16, 0, 0, 0, 0, zone)
)

// lines reads a file of the sample, one value a line, and fails on a field the type does not have.
func lines[T any](t *testing.T, name string) []T {
	t.Helper()
	b, err := testdata.Sample.ReadFile("sample/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out []T
	scan := bufio.NewScanner(bytes.NewReader(b))
	for n := 1; scan.Scan(); n++ {
		d := json.NewDecoder(bytes.NewReader(scan.Bytes()))
		d.DisallowUnknownFields()
		var v T
		if err := d.Decode(&v); err != nil {
			t.Fatalf("%s:%d: %v", name, n, err)
		}
		if _, err := d.Token(); err != io.EOF {
			t.Fatalf("%s:%d: more than one value", name, n)
		}
		out = append(out, v)
	}
	if err := scan.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func within(t *testing.T, what string, at *time.Time) {
	t.Helper()
	if at != nil && (at.Before(first) || !at.Before(last)) {
		t.Errorf("%s: %v lies outside the sample's days", what, at)
	}
}

func accounts(t *testing.T) map[string]feedback.Account {
	t.Helper()
	out := map[string]feedback.Account{}
	for _, a := range lines[feedback.Account](t, "accounts.jsonl") {
		if _, ok := out[a.ID]; ok || feedback.CheckID(a.ID) != "" {
			t.Errorf("account %q: empty, unprintable or twice", a.ID)
		}
		out[a.ID] = a
	}
	return out
}

func TestAccounts(t *testing.T) {
	all := accounts(t)
	if len(all) < 25 {
		t.Errorf("%d accounts, want at least 25", len(all))
	}
	for id, a := range all {
		if a.Name == "" || a.StartedAt == nil || !a.StartedAt.Before(last) {
			t.Errorf("account %s: no name, or no start before the sample ends", id)
			continue
		}
		if a.ChurnedAt != nil && !a.ChurnedAt.After(*a.StartedAt) {
			t.Errorf("account %s: ends before it starts", id)
		}
		within(t, id, a.ChurnedAt)
		for _, k := range []string{"plan", "region", "industry", "size"} {
			if a.Attributes[k] == "" {
				t.Errorf("account %s: no attribute %s", id, k)
			}
		}
	}
}

func TestFeedback(t *testing.T) {
	known := accounts(t)
	ids, texts, sources, accountsHeard := map[string]bool{}, map[string]string{}, map[string]int{}, map[string]bool{}
	threads := map[string]feedback.Draft{}
	var before time.Time
	drafts := lines[feedback.Draft](t, "feedback.jsonl")
	if len(drafts) < 300 {
		t.Errorf("%d drafts, want at least 300", len(drafts))
	}
	for _, d := range drafts {
		for _, fault := range d.Validate() {
			t.Errorf("%s: %v", d.ID, fault)
		}
		if d.ID == "" || ids[d.ID] {
			t.Errorf("%q: no id of its own", d.ID)
		}
		ids[d.ID] = true
		if other, ok := texts[d.Text]; ok && d.Text != "" {
			t.Errorf("%s: the text of %s again", d.ID, other)
		}
		texts[d.Text] = d.ID
		sources[d.Source]++
		if n := len(strings.Fields(d.Text)); n > 125 {
			t.Errorf("%s: %d words, want at most 125", d.ID, n)
		}
		if d.CustomerID == "" || d.Touchpoint == "" && d.AccountID == "" {
			t.Errorf("%s: says not who or where", d.ID)
		}
		if d.AccountID != "" {
			a, ok := known[d.AccountID]
			if !ok {
				t.Errorf("%s: unknown account %q", d.ID, d.AccountID)
			} else if a.ChurnedAt != nil && d.CollectedAt.After(*a.ChurnedAt) {
				t.Errorf("%s: %s had left by then", d.ID, d.AccountID)
			}
			accountsHeard[d.AccountID] = true
		}
		if d.CollectedAt == nil {
			t.Errorf("%s: no date", d.ID)
			continue
		}
		if d.CollectedAt.Before(before) {
			t.Errorf("%s: older than the line before", d.ID)
		}
		before = *d.CollectedAt
		within(t, d.ID, d.CollectedAt)
		if d.EventAt != nil && d.EventAt.After(*d.CollectedAt) {
			t.Errorf("%s: rated before it happened", d.ID)
		}
		if (d.Source == feedback.SourceTicket) != (d.Ticket != nil) {
			t.Errorf("%s: a ticket has a state and nothing else does", d.ID)
		}
		if d.Ticket == nil {
			continue
		}
		within(t, d.ID, d.Ticket.OpenedAt)
		within(t, d.ID, d.Ticket.ResolvedAt)
		if d.Ticket.ResolvedAt != nil && !d.Ticket.ResolvedAt.After(*d.Ticket.OpenedAt) {
			t.Errorf("%s: resolved before it was opened", d.ID)
		}
		if d.Ticket.Open() != (d.Ticket.ResolvedAt == nil) {
			t.Errorf("%s: status %s does not fit resolved_at", d.ID, d.Ticket.Status)
		}
		if head, ok := threads[d.ThreadID]; ok && (head.CustomerID != d.CustomerID || head.AccountID != d.AccountID) {
			t.Errorf("%s: thread %s is another customer's", d.ID, d.ThreadID)
		} else if !ok {
			threads[d.ThreadID] = d
		}
	}
	for _, s := range feedback.Sources {
		if sources[s] == 0 {
			t.Errorf("no feedback from source %s", s)
		}
	}
	for id := range known {
		if !accountsHeard[id] {
			t.Errorf("account %s never speaks", id)
		}
	}
}

// TestLanguages holds the shares of the languages: about 55 % Vietnamese, a quarter of it typed without marks or in chat spelling,
// 35 % English and 10 % both in one text.
func TestLanguages(t *testing.T) {
	lex, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	a, err := analyzer.New(lex)
	if err != nil {
		t.Fatal(err)
	}
	marked := regexp.MustCompile(`[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]`)
	var n, vi, en, mixed, bare float64
	for _, d := range lines[feedback.Draft](t, "feedback.jsonl") {
		if d.Text == "" {
			continue
		}
		n++
		l := a.Analyze(analyzer.Input{Title: d.Title, Text: d.Text}).Language
		switch {
		case min(l.Mix["vi"], l.Mix["en"]) > 0.2:
			mixed++
		case l.Code == "vi":
			vi++
		case l.Code == "en":
			en++
		default:
			t.Errorf("%s: read as %q", d.ID, l.Code)
		}
		if l.Code == "vi" && !marked.MatchString(strings.ToLower(d.Text)) {
			bare++
		}
	}
	for _, c := range []struct {
		name           string
		got, low, high float64
	}{
		{"Vietnamese", vi / n, 0.45, 0.62},
		{"English", en / n, 0.28, 0.40},
		{"mixed", mixed / n, 0.05, 0.20},
		{"Vietnamese without marks", bare / vi, 0.12, 0.35},
	} {
		t.Logf("%s: %.2f", c.name, c.got)
		if c.got < c.low || c.got > c.high {
			t.Errorf("share of %s: %.2f, want %g to %g", c.name, c.got, c.low, c.high)
		}
	}
}

func TestSignals(t *testing.T) {
	known := accounts(t)
	names, seen := map[string]bool{}, map[string]bool{}
	all := lines[feedback.Signal](t, "signals.jsonl")
	if len(all) < 1500 || len(all) > 3500 {
		t.Errorf("%d signals, want 1,500 to 3,500", len(all))
	}
	var before time.Time
	for i, s := range all {
		a, ok := known[s.AccountID]
		if !ok {
			t.Errorf("line %d: unknown account %q", i+1, s.AccountID)
		} else if s.At.Before(*a.StartedAt) || a.ChurnedAt != nil && !s.At.Before(*a.ChurnedAt) {
			t.Errorf("line %d: %s was no customer at %v", i+1, s.AccountID, s.At)
		}
		key := s.AccountID + " " + s.Name + " " + s.At.String()
		if seen[key] || s.Name == "" || s.Value < 0 {
			t.Errorf("line %d: no name, below zero, or %s twice", i+1, key)
		}
		seen[key], names[s.Name] = true, true
		if s.At.Before(before) {
			t.Errorf("line %d: older than the line before", i+1)
		}
		before = s.At
		within(t, key, &s.At)
	}
	// What the default policy reads that does not come from feedback.
	for _, name := range []string{"logins", "usage_minutes", "features_used"} {
		if !names[name] {
			t.Errorf("no signal %s", name)
		}
		if !strings.Contains(string(health.DefaultYAML()), "signal: "+name) {
			t.Errorf("the default policy no longer reads %s", name)
		}
	}
}
