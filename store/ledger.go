package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// Ledger adds up signals by account, period and name.
func (db *DB) Ledger(ctx context.Context, q feedback.LedgerQuery) (out []feedback.Entry, err error) {
	fail := func(err error) ([]feedback.Entry, error) { return nil, fmt.Errorf("store: ledger: %w", explain(err)) }
	days, err := newPeriods(q.Period, q.Zone)
	if err != nil {
		return fail(err)
	}
	if len(q.Names) == 0 {
		return nil, nil
	}
	from, to := bounds(q.From, q.To)
	args := []any{from, to}
	for _, name := range q.Names {
		args = append(args, name)
	}
	type key struct {
		account, name string
		period        int32
	}
	sums := map[key]*feedback.Entry{}
	err = db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			var (
				account, name string
				at            int64
				value         float64
			)
			if err := row.Scan(&account, &name, &at, &value); err != nil {
				return err
			}
			k := key{account, name, days.of(at)}
			e := sums[k]
			if e == nil {
				e = &feedback.Entry{Account: account, Name: name}
				if q.Period != "" {
					e.Period = time.Unix(int64(k.period)*daySeconds, 0).UTC().Format(time.DateOnly)
				}
				sums[k] = e
			}
			e.Sum += value
			e.N++
			e.Last = value // they come in the order of time
			return nil
		}, `SELECT a.id, s.name, s.at, s.value FROM accounts a JOIN signals s ON s.account = a.num AND s.at >= ? AND s.at < ?
			AND s.name IN (?`+strings.Repeat(", ?", len(q.Names)-1)+`) ORDER BY s.account, s.name, s.at`, args...)
	})
	if err != nil {
		return fail(err)
	}
	for _, e := range sums {
		out = append(out, *e)
	}
	slices.SortFunc(out, func(a, b feedback.Entry) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Period, b.Period), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}
