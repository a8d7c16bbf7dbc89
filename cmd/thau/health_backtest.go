package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/thau-cx/thau/health"
)

// tableFlags say which policy is held against which outcomes.
type tableFlags struct {
	Policy  string `required:"" placeholder:"FILE" help:"The health policy, YAML; its signals are columns of the data."`
	Data    string `required:"" name:"data" env:"-" placeholder:"FILE" help:"One row an account: CSV, with commas, semicolons or tabs and a header."`
	ID      string `name:"id" env:"-" placeholder:"COL" help:"The column of the accounts' ids; rows are numbered where absent."`
	Outcome string `required:"" env:"-" placeholder:"COL=VALUE" help:"The bad outcome, which came after the rest was known: a column and its value, e.g. Churn=Yes."`
	JSON    bool   `name:"json" help:"Print JSON."`
}

type backtestCmd struct {
	tableFlags
}

type fitCmd struct {
	tableFlags
}

// Help says more than the one line of the list.
func (backtestCmd) Help() string {
	return `Computes every account's score by the policy from its row and compares it with what came: how well it ranks (AUC with its interval),
how true the risk it implies is (Brier, calibration), what the worst tenth holds (lift), who left while green, and which columns of the
file know the outcome already (leaks): alone with an AUC above 0.90, or with a value or a tenth of at least 50 rows and one outcome.

A cell counts as one certain reading of its column. Blank, NA, N/A, null and ? are missing, which is never zero. Numbers may have
thousands' commas or a percent sign; yes and true are 1, no and false are 0; other words need a table in the policy, whose words are
compared without regard to case. Aggregates, windows and half-lives play no part.`
}

// Help says more than the one line of the list.
func (fitCmd) Help() string {
	return `Learns weights for the policy's indicators from outcomes: never negative, with intervals, cross-validated against the policy as it is
and against a plain logistic regression. It proposes and changes nothing. With fewer than 50 accounts of either outcome it refuses.
The data are read as "thau health backtest" reads them.`
}

// Run measures a policy.
func (c *backtestCmd) Run(_ context.Context, std streams) error {
	policy, table, outcome, err := c.read()
	if err != nil {
		return err
	}
	b, err := policy.Backtest(table, c.ID, outcome)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Data, err)
	}
	warn(std, b.Warnings)
	if c.JSON {
		return printJSON(std.out, b)
	}
	return printBacktest(std.out, b)
}

// Run proposes weights. A refusal is said, and exits 1.
func (c *fitCmd) Run(_ context.Context, std streams) error {
	policy, table, outcome, err := c.read()
	if err != nil {
		return err
	}
	f, err := policy.Fit(table, c.ID, outcome)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Data, err)
	}
	warn(std, f.Warnings)
	if c.JSON {
		err = printJSON(std.out, f)
	} else if f.Accepted {
		err = printFit(std.out, f)
	}
	if err == nil && !f.Accepted {
		fmt.Fprintf(std.err, "thau: no weights are proposed: %s\n", f.Reason)
		return errReported
	}
	return err
}

func warn(std streams, warnings []string) {
	for _, w := range warnings {
		fmt.Fprintf(std.err, "thau: warning: %s\n", w)
	}
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// read reads the files and the outcome.
func (c *tableFlags) read() (*health.Policy, *health.Table, health.Outcome, error) {
	var outcome health.Outcome
	yaml, err := os.ReadFile(c.Policy)
	if err != nil {
		return nil, nil, outcome, err
	}
	policy, err := health.ParsePolicy(yaml)
	if err != nil {
		return nil, nil, outcome, fmt.Errorf("%s: %w", c.Policy, err)
	}
	f, err := os.Open(c.Data)
	if err != nil {
		return nil, nil, outcome, err
	}
	defer f.Close()
	table, err := readTable(f)
	if err != nil {
		return nil, nil, outcome, fmt.Errorf("%s: %w", c.Data, err)
	}
	outcome, err = parseOutcome(c.Outcome, table)
	return policy, table, outcome, err
}

// parseOutcome cuts COL=VALUE where a column ends, for both may hold an equals sign.
func parseOutcome(s string, t *health.Table) (o health.Outcome, err error) {
	for i, r := range s {
		if r != '=' {
			continue
		}
		next := health.Outcome{Column: strings.TrimSpace(s[:i]), Value: strings.TrimSpace(s[i+1:])}
		if o.Column == "" || t.Column(next.Column) >= 0 {
			o = next
		}
	}
	if o.Column == "" {
		return o, fmt.Errorf("--outcome: %q is no COL=VALUE, such as Churn=Yes", s)
	}
	return o, nil
}

// readTable reads a table of comma, semicolon or tab separated values with a header. A row of another length than the header is an error.
func readTable(r io.Reader) (*health.Table, error) {
	buffered := bufio.NewReaderSize(transform.NewReader(r, unicode.BOMOverride(encoding.Nop.NewDecoder())), 1<<16) // UTF-16 where its mark says so
	head, err := buffered.Peek(1 << 16)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return nil, errors.New("holds NUL bytes; save it as CSV in UTF-8")
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	rows := csv.NewReader(buffered)
	for _, c := range ",;\t" {
		if bytes.Count(line, []byte(string(c))) > bytes.Count(line, []byte(string(rows.Comma))) {
			rows.Comma = c
		}
	}
	rows.LazyQuotes = true
	columns, err := rows.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("is empty; a header and a row an account are expected")
	case err != nil:
		return nil, err
	}
	for i := range columns {
		columns[i] = strings.TrimSpace(columns[i])
	}
	t := &health.Table{Columns: columns}
	for {
		row, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			if len(t.Rows) == 0 {
				return nil, errors.New("has a header and no row")
			}
			return t, nil
		case errors.Is(err, csv.ErrFieldCount):
			n, _ := rows.FieldPos(0)
			return nil, fmt.Errorf("line %d has %d cells, the header %d", n, len(row), len(columns))
		case err != nil:
			return nil, err
		}
		t.Rows = append(t.Rows, row)
	}
}

// printBacktest prints the figures as small tables.
func printBacktest(w io.Writer, b *health.Backtest) error {
	fmt.Fprintf(w, "%d accounts, %d with the outcome (%.1f %%); coverage %.0f %%, too little known of %d\n", b.N, b.Events, 100*float64(b.Events)/float64(b.N), 100*b.Coverage, b.Insufficient)
	fmt.Fprintf(w, "AUC %.3f (%.3f to %.3f), Brier %.4f, skill %.3f\n\n", b.AUC.Value, b.AUC.Low, b.AUC.High, b.Brier, b.Skill)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "tenth\tscores\taccounts\toutcome\trate\tlift\tfound so far")
	for _, d := range b.Lift {
		fmt.Fprintf(t, "%d\t%.0f to %.0f\t%d\t%d\t%.1f %%\t%.2f\t%.0f %%\n", d.Decile, d.Low, d.High, d.N, d.Events, 100*d.Rate, d.Lift, 100*d.Recall)
	}
	fmt.Fprintln(t, "\nrisk told\taccounts\tcame\tbetween\t\t\t")
	for _, c := range b.Calibration {
		fmt.Fprintf(t, "%.1f %%\t%d\t%.1f %%\t%.1f to %.1f %%\t\t\t\n", 100*c.Predicted, c.N, 100*c.Observed, 100*c.ObservedLow, 100*c.ObservedHigh)
	}
	fmt.Fprintln(t, "\nindicator\tAUC alone\taccounts\tmissing\t\t\t")
	for _, s := range b.Signals {
		fmt.Fprintf(t, "%s\t%.3f\t%d\t%d\t\t\t\n", s.Signal, s.AUC, s.N, s.Missing)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nleft while green: %d of %d (%.1f %%, %.1f to %.1f %%)\n", b.Green.N, b.Green.Events, 100*b.Green.Share, 100*b.Green.Low, 100*b.Green.High)
	for _, a := range b.Green.Accounts[:min(5, len(b.Green.Accounts))] {
		reasons := make([]string, len(a.Reasons))
		for i, r := range a.Reasons {
			reasons[i] = fmt.Sprintf("%s %+.1f", r.Signal, r.Contribution)
		}
		fmt.Fprintf(w, "  %s  %.1f %s  %s\n", a.ID, a.Score, a.Grade, strings.Join(reasons, ", "))
	}
	fmt.Fprintf(w, "stayed while red: %d of %d (%.1f %%)\n", b.Red.N, b.Red.Events, 100*b.Red.Share)
	printLeaks(w, b.Leaks)
	return nil
}

// printLeaks names the columns that know the outcome.
func printLeaks(w io.Writer, leaks []health.Leak) {
	if len(leaks) == 0 {
		fmt.Fprintln(w, "\nno column leaks the outcome")
		return
	}
	fmt.Fprintln(w, "\nleaks: columns that know the outcome, so not known before it")
	for _, l := range leaks {
		how := "perhaps "
		if l.Sure {
			how = ""
		}
		fmt.Fprintf(w, "  %s%s: AUC alone %.3f", how, l.Signal, l.AUC)
		for _, v := range l.Values[:min(3, len(l.Values))] {
			who := "none"
			if v.Happened {
				who = "all"
			}
			fmt.Fprintf(w, "; %q: %s of %d", v.Value, who, v.N)
		}
		if l.Read {
			fmt.Fprint(w, " (the policy reads it)")
		}
		fmt.Fprintln(w)
	}
}

// printFit prints a proposal.
func printFit(w io.Writer, f *health.Fit) error {
	fmt.Fprintf(w, "%d accounts, %d with the outcome; %d folds\n", f.N, f.Events, f.Folds)
	for _, a := range []struct {
		what string
		auc  health.Estimate
	}{{"with these weights", f.AUC}, {"policy as it is", f.CurrentAUC}, {"logistic regression", f.LogisticAUC}} {
		fmt.Fprintf(w, "AUC %.3f (%.3f to %.3f) %s\n", a.auc.Value, a.auc.Low, a.auc.High, a.what)
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "group\tindicator\tweight\tbetween\tnow\tAUC alone")
	for _, p := range f.Weights {
		fmt.Fprintf(t, "%s\t%s\t%.1f\t%.1f to %.1f\t%.1f\t%.3f\n", p.Group, p.Signal, p.Weight, p.Low, p.High, p.Current, p.AUC)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nNothing was changed. A group's weight is the sum of its indicators'; leave out what has 0.")
	printLeaks(w, f.Leaks)
	return nil
}
