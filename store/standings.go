package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/health"
)

// touch notes that something of an account has changed; 0 is no account.
func (t *tx) touch(account int64) {
	if account > 0 {
		t.touched[account] = true
	}
}

// touchThread notes that something has changed of the accounts that messages of a thread name.
func (t *tx) touchThread(name string) error {
	var accounts []byte
	if err := t.queryRow("SELECT json_group_array(DISTINCT account) FROM records WHERE thread = ? AND thread > ''", name).Scan(&accounts); err != nil {
		return err
	}
	var nums []int64
	if err := json.Unmarshal(accounts, &nums); err != nil {
		return err
	}
	for _, num := range nums {
		t.touch(num)
	}
	return nil
}

// markTouched marks the accounts noted since the last commit. One that a rollback took away again leaves a mark that nobody meets.
func (t *tx) markTouched() error {
	for account := range t.touched {
		if err := t.exec("INSERT INTO health_stale (account, mark) VALUES (?, 1) ON CONFLICT DO UPDATE SET mark = mark + 1", account); err != nil {
			return err
		}
	}
	clear(t.touched)
	return nil
}

// StaleAccounts gives accounts whose standing is not up to date; see feedback.Standings.
func (db *DB) StaleAccounts(ctx context.Context, limit int) (out []feedback.StaleAccount, total int, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM health_stale").Scan(&total); err != nil {
			return err
		}
		return each(ctx, tx, func(row scanner) error {
			var a feedback.StaleAccount
			err := row.Scan(&a.ID, &a.Mark)
			out = append(out, a)
			return err
		}, "SELECT a.id, s.mark FROM health_stale s JOIN accounts a ON a.num = s.account ORDER BY s.account LIMIT ?", limit)
	})
	if err != nil {
		return nil, 0, fmt.Errorf("store: stale accounts: %w", explain(err))
	}
	return out, total, nil
}

// MarkStale marks every account as changed, and takes marks away that are nobody's.
func (db *DB) MarkStale(ctx context.Context) error {
	err := db.write(ctx, 1, func(t *tx) error {
		if err := t.exec("DELETE FROM health_stale WHERE account NOT IN (SELECT num FROM accounts)"); err != nil {
			return err
		}
		return t.exec("INSERT INTO health_stale (account, mark) SELECT num, 1 FROM accounts WHERE true ON CONFLICT DO UPDATE SET mark = mark + 1")
	})
	if err != nil {
		return fmt.Errorf("store: mark accounts: %w", explain(err))
	}
	return nil
}

// PutStandings stores what was computed; see feedback.Standings.
func (db *DB) PutStandings(ctx context.Context, computed []feedback.ComputedStanding) error {
	parts := make([][]byte, len(computed))
	for i, c := range computed {
		if c.Snapshot != nil {
			var err error
			if parts[i], err = json.Marshal(c.Snapshot.Parts); err != nil {
				return fmt.Errorf("store: snapshot of %s: %w", quoted(c.Account.ID), err)
			}
		}
	}
	err := db.write(ctx, len(computed), func(t *tx) error {
		for i, c := range computed {
			var num int64
			err := t.queryRow("SELECT num FROM accounts WHERE id = ?", c.Account.ID).Scan(&num)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			if err := t.exec(`REPLACE INTO health_standings (account, at, score, grade, coverage, change, slope, trend, value, lost, warnings, asked, worst, action, overridden)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, num, micros(c.At), c.Score, c.Grade, c.Coverage, c.Change, c.Slope, c.Trend, c.Value, c.Lost,
				strings.Join(c.Warnings, ","), optional(c.AskedAt), c.Worst, c.Action, c.Overridden); err != nil {
				return err
			}
			if s := c.Snapshot; s != nil {
				day, err := dayNumber(s.Day)
				if err != nil {
					return err
				}
				if err := t.exec(`INSERT INTO health_snapshots (account, day, policy, engine, at, score, low, high, coverage, grade, raw, segment, parts)
					VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
					num, day, s.Policy, s.Engine, micros(s.At), s.Score, s.Low, s.High, s.Coverage, s.Grade, s.Raw, s.Segment, string(parts[i])); err != nil {
					return err
				}
			}
			if err := t.exec("DELETE FROM health_stale WHERE account = ? AND mark = ?", num, c.Mark); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store: put %d standings: %w", len(computed), explain(err))
	}
	return nil
}

// dayNumber gives a day as days since 1970.
func dayNumber(day string) (int64, error) {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0, feedback.Errorf(feedback.CodeInvalid, "day", "%s is no day like 2026-01-31", quoted(day))
	}
	return at.Unix() / daySeconds, nil
}

const standingColumns = `a.id, a.name, a.started, a.churned, a.attributes, a.stub, a.created, a.changed,
	s.at, s.score, s.grade, s.coverage, s.change, s.slope, s.trend, s.value, s.lost, s.warnings, s.asked, s.worst, s.action, s.overridden`

func scanStanding(row scanner) (st feedback.Standing, err error) {
	var (
		started, churned, asked sql.NullInt64
		attributes, warnings    string
		created, changed, at    int64
	)
	a := &st.Account
	if err := row.Scan(&a.ID, &a.Name, &started, &churned, &attributes, &a.Stub, &created, &changed,
		&at, &st.Score, &st.Grade, &st.Coverage, &st.Change, &st.Slope, &st.Trend, &st.Value, &st.Lost, &warnings, &asked, &st.Worst, &st.Action, &st.Overridden); err != nil {
		return st, err
	}
	a.StartedAt, a.ChurnedAt, st.AskedAt = optionalMoment(started), optionalMoment(churned), optionalMoment(asked)
	a.CreatedAt, a.ChangedAt, st.At = moment(created), moment(changed), moment(at)
	st.Warnings = []string{}
	if warnings != "" {
		st.Warnings = strings.Split(warnings, ",")
	}
	if attributes == "{}" || attributes == "null" {
		return st, nil
	}
	return st, json.Unmarshal([]byte(attributes), &a.Attributes)
}

// EachStanding calls do with every standing by account id.
func (db *DB) EachStanding(ctx context.Context, do func(*feedback.Standing) error) error {
	err := db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			st, err := scanStanding(row)
			if err != nil {
				return err
			}
			return do(&st)
		}, "SELECT "+standingColumns+" FROM health_standings s JOIN accounts a ON a.num = s.account ORDER BY a.id")
	})
	if err != nil {
		return fmt.Errorf("store: standings: %w", explain(err))
	}
	return nil
}

// Snapshots gives an account's snapshots of some days, oldest first.
func (db *DB) Snapshots(ctx context.Context, account, from, to string) (out []feedback.Snapshot, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		first, err := dayNumber(from)
		if err != nil {
			return err
		}
		last, err := dayNumber(to)
		if err != nil {
			return err
		}
		return each(ctx, tx, func(row scanner) error {
			var (
				s       feedback.Snapshot
				day, at int64
				parts   []byte
			)
			if err := row.Scan(&day, &s.Policy, &s.Engine, &at, &s.Score, &s.Low, &s.High, &s.Coverage, &s.Grade, &s.Raw, &s.Segment, &parts); err != nil {
				return err
			}
			s.Day, s.At = time.Unix(day*daySeconds, 0).UTC().Format(time.DateOnly), moment(at)
			out = append(out, s)
			return json.Unmarshal(parts, &out[len(out)-1].Parts)
		}, `SELECT day, policy, engine, at, score, low, high, coverage, grade, raw, segment, parts FROM health_snapshots
			WHERE account = (SELECT num FROM accounts WHERE id = ?) AND day BETWEEN ? AND ? ORDER BY day, at`, account, first, last)
	})
	if err != nil {
		return nil, fmt.Errorf("store: snapshots of %s: %w", quoted(account), explain(err))
	}
	return out, nil
}

// PutOverride stores an override of an account's score.
func (db *DB) PutOverride(ctx context.Context, account string, o health.Override) error {
	err := db.write(ctx, 1, func(t *tx) error {
		num, err := t.known(account)
		if err != nil {
			return err
		}
		t.touch(num)
		return t.exec("INSERT INTO health_overrides (account, kind, value, reason, author, at, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
			num, o.Kind, o.Value, o.Reason, o.Author, micros(o.At), micros(o.ExpiresAt))
	})
	if err != nil {
		return fmt.Errorf("store: override of %s: %w", quoted(account), explain(err))
	}
	return nil
}

// known gives the number of an account that exists, or CodeNotFound.
func (t *tx) known(account string) (num int64, err error) {
	err = t.queryRow("SELECT num FROM accounts WHERE id = ?", account).Scan(&num)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, feedback.Errorf(feedback.CodeNotFound, "id", "no account %s", quoted(account))
	}
	return num, err
}

// EndOverrides ends the overrides of an account that are in force.
func (db *DB) EndOverrides(ctx context.Context, account string, at time.Time) error {
	err := db.write(ctx, 1, func(t *tx) error {
		num, err := t.known(account)
		if err != nil {
			return err
		}
		var id int64
		err = t.queryRow("SELECT id FROM health_overrides WHERE account = ? AND expires > ? AND at <= ? LIMIT 1", num, micros(at), micros(at)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return feedback.Errorf(feedback.CodeNotFound, "id", "no override of %s is in force", quoted(account))
		}
		if err != nil {
			return err
		}
		t.touch(num)
		return t.exec("UPDATE health_overrides SET expires = ? WHERE account = ? AND expires > ?", micros(at), num, micros(at))
	})
	if err != nil {
		return fmt.Errorf("store: end override of %s: %w", quoted(account), explain(err))
	}
	return nil
}

// Override gives the latest override of an account in force at a moment, nil where there is none.
func (db *DB) Override(ctx context.Context, account string, at time.Time) (*health.Override, error) {
	var out *health.Override
	err := db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			var (
				o           health.Override
				at, expires int64
			)
			err := row.Scan(&o.Kind, &o.Value, &o.Reason, &o.Author, &at, &expires)
			o.At, o.ExpiresAt = moment(at), moment(expires)
			out = &o
			return err
		}, `SELECT kind, value, reason, author, at, expires FROM health_overrides WHERE account = (SELECT num FROM accounts WHERE id = ?)
			AND at <= ? AND expires > ? ORDER BY id DESC LIMIT 1`, account, micros(at), micros(at))
	})
	if err != nil {
		return nil, fmt.Errorf("store: override of %s: %w", quoted(account), explain(err))
	}
	return out, nil
}

// Policies gives every health policy that was stored, oldest first.
func (db *DB) Policies(ctx context.Context) (out [][]byte, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			var yaml []byte
			err := row.Scan(&yaml)
			out = append(out, yaml)
			return err
		}, "SELECT yaml FROM policies ORDER BY version")
	})
	if err != nil {
		return nil, fmt.Errorf("store: policies: %w", explain(err))
	}
	return out, nil
}
