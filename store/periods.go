package store

import (
	"time"

	"github.com/thau-cx/thau/feedback"
)

const (
	daySeconds = 24 * 60 * 60
	dayMicros  = daySeconds * 1_000_000
)

// periods finds the period of a moment in a time zone. It is not safe for concurrent use.
type periods struct {
	kind string
	zone *time.Location

	from, to int64 // the stretch in which offset holds, in microseconds, half-open
	offset   int64 // of local time, in microseconds
	months   map[int32]int32
}

func newPeriods(kind string, zone *time.Location) (*periods, error) {
	switch kind {
	case "", "day", "week", "month":
	default:
		return nil, feedback.Errorf(feedback.CodeInvalid, "period", "no period %s: use day, week or month", quoted(kind))
	}
	if zone == nil {
		zone = time.UTC
	}
	return &periods{kind: kind, zone: zone, months: map[int32]int32{}}, nil
}

// of gives the first day of the period of a moment, in days since 1970; always 0 without a period.
func (p *periods) of(us int64) int32 {
	if p.kind == "" {
		return 0
	}
	if us < p.from || us >= p.to {
		p.enter(us)
	}
	return p.start(int32(floorDiv(us+p.offset, dayMicros)))
}

// start gives the first day of the period of a day; always 0 without a period.
func (p *periods) start(day int32) int32 {
	switch p.kind {
	case "":
		return 0
	case "week":
		return day - int32(mod(int64(day)+3, 7)) // 1970 began on a Thursday, three days after a Monday
	case "month":
		first, ok := p.months[day]
		if !ok {
			t := time.Unix(int64(day)*daySeconds, 0).UTC()
			first = day - int32(t.Day()) + 1
			p.months[day] = first
		}
		return first
	}
	return day
}

// enter finds the stretch of constant offset around a moment.
func (p *periods) enter(us int64) {
	t := time.UnixMicro(us).In(p.zone)
	_, offset := t.Zone()
	from, to := t.ZoneBounds()
	p.offset, p.from, p.to = int64(offset)*1_000_000, -1<<63, 1<<63-1
	if !from.IsZero() {
		p.from = micros(from)
	}
	if !to.IsZero() {
		p.to = micros(to)
	}
}

// floorDiv divides and rounds down.
func floorDiv(a, b int64) int64 {
	if a < 0 {
		return -((b - 1 - a) / b)
	}
	return a / b
}

// mod gives the remainder in [0, b).
func mod(a, b int64) int64 { return (a%b + b) % b }
